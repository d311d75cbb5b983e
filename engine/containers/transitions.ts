import { EngineError } from '../errors/index.ts';
import type { ContainerAction, ContainerRecord, Status } from './container-service.ts';

/** Keyed by operation: keyed by target state the table would let `start` thaw a paused container. */
const TRANSITIONS = {
  start: { from: ['created', 'exited', 'dead', 'restarting'], to: 'running' },
  stop: { from: ['running', 'paused', 'restarting'], to: 'exited' },
  restart: { from: ['created', 'running', 'paused', 'restarting', 'exited'], to: 'running' },
  kill: { from: ['running', 'paused', 'restarting'], to: 'exited' },
  pause: { from: ['running'], to: 'paused' },
  unpause: { from: ['paused'], to: 'running' },
  rename: { from: ['created', 'running', 'paused', 'restarting', 'exited', 'dead'], to: undefined },
  exec: { from: ['running'], to: undefined },
  attach: { from: ['running'], to: undefined },
  exit: { from: ['running', 'paused'], to: 'exited' },
  scheduleRestart: { from: ['running', 'paused'], to: 'restarting' },
  remove: { from: ['created', 'exited', 'dead'], to: 'removing' },
  removeFailed: { from: ['removing'], to: 'dead' },
} as const satisfies Record<string, { from: readonly Status[]; to: Status | undefined }>;

type Operation = keyof typeof TRANSITIONS;

const ACTIONS = [
  'start',
  'stop',
  'restart',
  'kill',
  'pause',
  'unpause',
  'rename',
  'remove',
  'exec',
  'attach',
] as const satisfies readonly ContainerAction[];

/** Whether the table has this operation for this state. */
export function canDo(operation: Operation, status: Status): boolean {
  const from: readonly Status[] = TRANSITIONS[operation].from;
  return from.includes(status);
}

/** What may be offered to a person in this state. */
export function allowedActions(status: Status): ContainerAction[] {
  return ACTIONS.filter((action) => canDo(action, status));
}

type Subject = Pick<ContainerRecord, 'id' | 'name'> & { state: { status: Status } };

/** @throws EngineError `conflict` in Docker's words when the operation is not for this state */
export function assertAllowed(operation: Operation, container: Subject): void {
  const { status } = container.state;
  if (canDo(operation, status)) return;
  throw new EngineError('conflict', refusal(operation, container), {
    reason: 'wrong_state',
    operation,
    status,
    id: container.id,
    name: container.name,
  });
}

/** Clients of Docker match on these texts. */
function refusal(operation: Operation, { id, name, state: { status } }: Subject): string {
  switch (operation) {
    case 'start':
      if (status === 'paused') return 'cannot start a paused container, try unpause instead';
      return status === 'removing' ? 'container is marked for removal and cannot be started' : isNow(id, status);
    case 'kill':
      return `cannot kill container: ${name}: container ${id} is not running`;
    case 'pause':
      if (status === 'paused') return `Container ${id} is already paused`;
      if (status === 'restarting') return `Container ${id} is restarting, wait until the container is running`;
      return `container ${id} is not running`;
    case 'unpause':
      return `Container ${id} is not paused`;
    case 'exec':
      if (status === 'paused') return `Container ${name} is paused, unpause the container before exec`;
      if (status === 'restarting') return `Container ${id} is restarting, wait until the container is running`;
      return `container ${id} is not running`;
    case 'attach':
      if (status === 'paused') return `container ${id} is paused, unpause the container before attach`;
      if (status === 'restarting') return `container ${id} is restarting, wait until the container is running`;
      return `container ${id} is not running`;
    case 'remove':
      if (status === 'removing') return `removal of container ${name} is already in progress`;
      if (status === 'paused') {
        return `cannot remove container "${name}": container is paused and must be unpaused first`;
      }
      return `cannot remove container "${name}": container is ${status}: stop the container before removing or force remove`;
    case 'stop':
    case 'restart':
      return status === 'removing' ? `container ${id} is marked for removal` : isNow(id, status);
    case 'rename':
    case 'exit':
    case 'scheduleRestart':
    case 'removeFailed':
      return isNow(id, status);
  }
}

function isNow(id: string, status: Status): string {
  return `container ${id} is ${status}`;
}
