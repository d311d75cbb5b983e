import { EngineError } from '../errors/index.ts';

/** Where the failed command was meant to run: Docker's wording differs. */
type RuncStep = 'start' | 'exec';

/**
 * The error for what runc (or the shim) said when a process could not be started. Clients match on this wording, and
 * `details.exitCode` is what the container's state shows. `command` is the first word of what was to be started.
 */
export function startError(step: RuncStep, said: string, command = ''): EngineError {
  const text = inRuncWords(step, cleanRuncText(said), command);
  const exitCode = exitCodeOf(text);
  const message =
    step === 'start'
      ? `failed to create task for container: failed to create shim task: OCI runtime create failed: ${text}`
      : `OCI runtime exec failed: ${text}`;
  if (exitCode !== undefined) {
    const about = /chdir to cwd \("/.test(text)
      ? { reason: 'working_folder_refused' }
      : {
          reason: exitCode === 127 ? 'command_not_found' : 'command_not_executable',
          ...(command !== '' && { command }),
        };
    return new EngineError('invalid_argument', message, { ...about, exitCode });
  }
  if (/cannot exec in a paused container/i.test(text))
    return new EngineError('conflict', 'Container is paused, unpause it before exec', { reason: 'container_paused' });
  if (/timeout: the runtime did not answer/.test(text))
    return new EngineError('unavailable', 'The runtime did not start the process in time', {
      reason: 'runtime_timeout',
      exitCode: 128,
    });
  return new EngineError('unavailable', message, { reason: 'runtime_failed', exitCode: 128 });
}

/** runc's plain text or its log line; both may be there, the plain one is the last. */
export function cleanRuncText(said: string): string {
  const line = legible(said.trim().split('\n').at(-1) ?? '');
  const logged = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  const text = logged === undefined ? line : logged.replace(/\\(["\\])/g, '$1');
  // "runc run" is how we start; the failing step is the same as in Docker's "runc create".
  return text
    .replace(/^runc run failed:/, 'runc create failed:')
    .replace(/^container_linux\.go:\d+: /, '')
    .trim();
}

/** Whoever writes into this is not known to be a runtime: nothing of it may steer a terminal or fill a page. */
function legible(line: string): string {
  const text = line.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\ufffd]+/gu, '?');
  return text.length > MOST_SAID ? `${text.slice(0, MOST_SAID)}…` : text;
}

const MOST_SAID = 1_500;

const CRUN_NOT_FOUND = /^executable file `[^`]*` not found( in \$PATH)?/;
const CRUN_CHDIR = /^chdir `([^`]*)`: (.+)$/;
const CRUN_REFUSED = /^(?:open executable|exec(?:ve)?(?: `[^`]*`)?|access `[^`]*`): (.+)$/;

/** What crun says about the command; clients know runc's words for it. */
function inRuncWords(step: RuncStep, text: string, command: string): string {
  const why = whyOf(text, command);
  const failed = step === 'start' ? 'runc create failed' : 'exec failed';
  const [, folder, lacks = ''] = CRUN_CHDIR.exec(text) ?? [];
  if (folder !== undefined) {
    const words = `chdir to cwd (${JSON.stringify(folder)}) set in config.json failed: ${lacks.toLowerCase()}`;
    return `${failed}: unable to start container process: ${words}`;
  }
  if (why === undefined) return text;
  return `${failed}: unable to start container process: exec: "${command}": ${why}`;
}

function whyOf(text: string, command: string): string | undefined {
  const missing = CRUN_NOT_FOUND.exec(text);
  // A path is looked for where it is, whatever crun says.
  if (missing !== null)
    return missing[1] === undefined || command.includes('/')
      ? `stat ${command}: no such file or directory`
      : 'executable file not found in $PATH';
  const refused = CRUN_REFUSED.exec(text)?.[1];
  // A folder, which crun opens as it would a file.
  return refused === 'Operation not permitted' ? 'permission denied' : refused?.toLowerCase();
}

/** As a shell: 127 not found, 126 found and not executable; undefined when it is not about the command. */
function exitCodeOf(text: string): 126 | 127 | undefined {
  // Only what runc says about the command itself: a missing mount source has the same words.
  const about = /(?:exec: ?"?|chdir to cwd ).*$/s.exec(text)?.[0];
  if (about === undefined) return undefined;
  if (/permission denied|is a directory|exec format error|not a directory/i.test(about)) return 126;
  return /executable file not found|no such file or directory/i.test(about) ? 127 : undefined;
}
