import {
  ArrowDownToLine,
  ArrowUpFromLine,
  Box,
  CircleDashed,
  CirclePause,
  CirclePlay,
  Database,
  HeartCrack,
  HeartPulse,
  type IconNode,
  Layers,
  MemoryStick,
  Network,
  OctagonX,
  PackageOpen,
  PenLine,
  Play,
  RotateCw,
  Server,
  SlidersHorizontal,
  Square,
  SquareTerminal,
  Tag,
  Trash2,
  Zap,
} from 'lucide';
import type { EngineEvent } from '../../_lib/trpc.ts';

interface EventLook {
  icon: IconNode;
  tone: 'faint' | 'success' | 'danger';
}

/** Of what is not told by its action: networks and volumes that containers come to and leave. */
const OBJECTS: Readonly<Record<EngineEvent['type'], IconNode>> = {
  container: Box,
  image: Layers,
  network: Network,
  volume: Database,
  daemon: Server,
};

const ACTIONS: Readonly<Record<string, IconNode>> = {
  create: CircleDashed,
  start: Play,
  stop: Square,
  die: Square,
  kill: Zap,
  restart: RotateCw,
  pause: CirclePause,
  unpause: CirclePlay,
  rename: PenLine,
  update: SlidersHorizontal,
  destroy: Trash2,
  remove: Trash2,
  delete: Trash2,
  prune: Trash2,
  exec_create: SquareTerminal,
  exec_start: SquareTerminal,
  exec_die: SquareTerminal,
  attach: SquareTerminal,
  detach: SquareTerminal,
  resize: SquareTerminal,
  import: PackageOpen,
  load: PackageOpen,
  pull: ArrowDownToLine,
  push: ArrowUpFromLine,
  tag: Tag,
  untag: Tag,
};

/** How an event looks: by what was done, as the state that it led to looks elsewhere; bad news in their colour. */
export function eventLook({
  type,
  action,
  attributes,
}: Pick<EngineEvent, 'type' | 'action' | 'attributes'>): EventLook {
  if (action === 'oom') return { icon: MemoryStick, tone: 'danger' };
  if (action === 'health_status: unhealthy') return { icon: HeartCrack, tone: 'danger' };
  if (action === 'health_status: healthy') return { icon: HeartPulse, tone: 'success' };
  if (action === 'die' && (attributes['exitCode'] ?? '0') !== '0') return { icon: OctagonX, tone: 'danger' };
  const icon = ACTIONS[action.split(':')[0] ?? action] ?? OBJECTS[type];
  return { icon, tone: action === 'start' ? 'success' : 'faint' };
}
