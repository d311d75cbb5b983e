import { EngineError } from '#engine/errors/index.ts';
import { can } from '#server/access/index.ts';
import {
  CONTAINER_FIELDS,
  type ContainerField,
  HOST_FIELDS,
  HOST_SERIES,
  type HostField,
  type Metrics,
  type Range,
  toFigure,
} from '../../metrics/index.ts';
import { router } from '../init.ts';
import { procedure, requireActor } from '../procedure.ts';
import { containerMetricsInput, hostMetricsInput, removedMetricsInput } from './metrics.schema.ts';

interface RangeInput {
  from?: Date | undefined;
  to?: Date | undefined;
  lastSeconds: number;
  points: number;
}

async function readRange<Field extends string>(
  metrics: Metrics,
  keys: readonly string[],
  fields: readonly Field[],
  input: RangeInput,
) {
  const to = input.to?.getTime() ?? Date.now();
  const from = input.from?.getTime() ?? to - input.lastSeconds * 1_000;
  const { values, ...range } = await metrics.range({ keys, from, to, points: input.points });
  return { from, to, ...range, figures: toColumns(fields, values) };
}

/** Columns, each as long as there are points; unknown is null. */
function toColumns<Field extends string>(
  fields: readonly Field[],
  values: Range['values'],
): Record<Field, (number | null)[]> {
  const columns = fields.map((field, index) => [
    field,
    values.map((point) => toFigure(field, point[index] ?? Number.NaN)),
  ]);
  return Object.fromEntries(columns) as Record<Field, (number | null)[]>;
}

/**
 * What a container used in a stretch of time, with what happened to it; gaps have no points. What was recorded of earlier
 * containers of the same name comes first, as far as the caller might see those.
 */
const container = procedure({ permission: 'container:stats', audit: null })
  .input(containerMetricsInput)
  .query(async ({ ctx, input }) => {
    const { containers, metrics } = ctx.environment();
    const { id, name } = await containers.inspect(input.containerId);
    const actor = requireActor(ctx);
    const earlier = (await metrics.named(name)).filter(
      ({ key, owner }) => key !== id && can(actor, 'container:stats', { createdBy: owner }),
    );
    const keys = [...earlier.map(({ key }) => key), id];
    return readRange<ContainerField>(metrics, keys, CONTAINER_FIELDS, input);
  });

/**
 * The same of containers that are gone, by the name they had, as far as the caller might see them.
 *
 * @throws EngineError `not_found` when nothing is kept of such a name
 */
const removed = procedure({ permission: 'container:stats', audit: null })
  .input(removedMetricsInput)
  .query(async ({ ctx, input }) => {
    const { metrics } = ctx.environment();
    const actor = requireActor(ctx);
    const kept = (await metrics.named(input.removedName)).filter(({ owner }) =>
      can(actor, 'container:stats', { createdBy: owner }),
    );
    if (kept.length === 0) {
      const details = { reason: 'container_not_found', name: input.removedName };
      throw new EngineError('not_found', `Nothing is kept of a container ${input.removedName}`, details);
    }
    return readRange<ContainerField>(
      metrics,
      kept.map(({ key }) => key),
      CONTAINER_FIELDS,
      input,
    );
  });

/** What the host used. */
const host = procedure({ permission: 'host:view', audit: null })
  .input(hostMetricsInput)
  .query(({ ctx, input }) => readRange<HostField>(ctx.environment().metrics, [HOST_SERIES], HOST_FIELDS, input));

export const metricsRouter = router({ container, removed, host });
