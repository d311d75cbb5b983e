import { badRequest } from '../docker-error.ts';
import type { DockerCall } from '../route.ts';
import { callOptions } from './call-options.ts';

const CONDITIONS = ['not-running', 'next-exit', 'removed'] as const;

/** `POST /containers/{id}/wait`: clients start the container as soon as they see our headers, which say that we wait. */
export async function waitContainer(call: DockerCall): Promise<void> {
  const { res, query, id } = call;
  const asked = query.get('condition') || 'not-running';
  const condition = CONDITIONS.find((known) => known === asked);
  if (condition === undefined) throw badRequest(`invalid condition: "${asked}"`, 'condition_invalid');
  const onWaiting = () => {
    res.writeHead(200, { 'Content-Type': 'application/json' });
    res.flushHeaders();
  };
  const { exitCode, error } = await call.environment.containers.wait(id, {
    ...callOptions(call),
    condition,
    onWaiting,
  });
  // Nothing to wait for.
  if (!res.headersSent) onWaiting();
  const body = { ...(error === undefined || error === '' ? {} : { Error: { Message: error } }), StatusCode: exitCode };
  res.end(`${JSON.stringify(body)}\n`);
}
