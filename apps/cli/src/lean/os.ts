// Stands for `node:os` in the bundle of the command: a list asks it nothing. A name that is missing here stops the build.
type Os = typeof import('node:os')

const os = (): Os => process.getBuiltinModule('node:os')

/** As in `node:os`. */
export const hostname: Os['hostname'] = () => os().hostname()

/** As in `node:os`. */
export const tmpdir: Os['tmpdir'] = () => os().tmpdir()

/** As in `node:os`, for names in UTF-8. */
export const userInfo = (): ReturnType<Os['userInfo']> => os().userInfo()

/** As in `node:os`. */
export const devNull: Os['devNull'] = process.platform === 'win32' ? '\\\\.\\nul' : '/dev/null'
