/** Characters of a name or id that {@link describeActor} shows. Ours: a line of the audit log stays a line. */
export const MAX_NAME_LENGTH = 64

/** Characters of a device id that are shown; it is a SHA-256 in hex, and its start tells devices apart. */
export const SHOWN_DEVICE_ID_LENGTH = 12
