import type { ExecInfo } from '#engine/containers/index.ts';
import type { ExecWishes } from '../containers/exec-wishes.ts';

/** `GET /exec/{id}/json`. */
export function toExecInspect(info: ExecInfo, wishes: ExecWishes) {
  const [entrypoint = '', ...args] = info.args;
  return {
    ID: info.id,
    Running: info.running,
    ExitCode: info.exitCode ?? null,
    ProcessConfig: {
      tty: info.tty,
      entrypoint,
      arguments: args,
      privileged: wishes.privileged,
      ...(wishes.user === '' ? {} : { user: wishes.user }),
    },
    OpenStdin: wishes.stdin,
    OpenStderr: wishes.stderr,
    OpenStdout: wishes.stdout,
    CanRemove: false,
    ContainerID: info.containerId,
    DetachKeys: wishes.detachKeys,
    Pid: info.pid ?? 0,
  };
}
