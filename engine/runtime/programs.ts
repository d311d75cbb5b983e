/** Where the distributions put runc and what it calls. */
export const PROGRAM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * The whole environment of runc and the shim: the server's own holds secrets that nobody else needs.
 * The cast drops NODE_ENV, which a framework declares as always present.
 */
export const CHILD_ENV = { PATH: PROGRAM_FOLDERS.join(':') } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv;
