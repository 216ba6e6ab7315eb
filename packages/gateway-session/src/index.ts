/**
 * One connection's life on the gateway: frames in, frames and close out; methods, events, presence, nodes. No sockets.
 *
 * @packageDocumentation
 */
export {}
