declare const brand: unique symbol

/** A `T` that only its parser or generator may mint; the name exists in types alone. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
