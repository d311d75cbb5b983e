import { guardNames } from '#server/access/index.ts';
import { sendJson } from '../answer.ts';
import { toChanges } from '../codec/commit-config.ts';
import { JsonObject } from '../codec/json-object.ts';
import { callOptions } from '../containers/call-options.ts';
import { findContainer } from '../containers/find-container.ts';
import { nothingNamed } from '../docker-error.ts';
import { imageReference } from '../images/image-reference.ts';
import { readOptionalJson } from '../json-body.ts';
import { flagOf } from '../query.ts';
import type { DockerCall, DockerTarget, UnjudgedCall } from '../route.ts';

/** The container is named in the query here. */
export async function findCommitted(call: UnjudgedCall): Promise<DockerTarget> {
  const id = call.query.get('container') ?? '';
  if (id === '') throw nothingNamed();
  // A name that cannot be is told before a container that is not there.
  referenceOf(call.query);
  return findContainer({ ...call, params: { id } });
}

function referenceOf(query: URLSearchParams): string | undefined {
  const repository = query.get('repo') ?? '';
  return repository === '' ? undefined : imageReference(repository, query.get('tag'));
}

export async function commitContainer(call: DockerCall): Promise<void> {
  const { res, query, environment, services, actor, id } = call;
  const config = (await readOptionalJson(call)) ?? JsonObject.empty();
  const image = await environment.containers.commit(id, {
    ...callOptions(call),
    reference: referenceOf(query),
    changes: [...toChanges(config), ...query.getAll('changes')],
    author: query.get('author') || undefined,
    message: query.get('comment') || undefined,
    beforeReplace: guardNames(actor, services.ownership),
    pause: flagOf(query, 'pause', true),
  });
  await services.ownership.claim('image', image.id, actor.id);
  sendJson(res, 201, { Id: image.id });
}
