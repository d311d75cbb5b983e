import type { EngineErrorCode, ErrorDetails } from '../../errors/index.ts';
import type { LayerLimits } from '../layer/layer-applier.ts';
import type { CopiedTree, CopyProgress } from './tree-copier.ts';

/** The one message from the copier to its child. */
export interface CopyRequest {
  from: string;
  to: string;
  limits: LayerLimits;
}

/** From the child: any number of `progress`, then one of the others. */
export type CopyReply =
  | { type: 'progress'; progress: CopyProgress }
  | { type: 'done'; result: CopiedTree }
  | { type: 'failed'; code: EngineErrorCode; message: string; details: ErrorDetails };
