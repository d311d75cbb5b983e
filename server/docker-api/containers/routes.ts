import type { Permission } from '#server/access/index.ts';
import { sendEmpty, sendJson } from '../answer.ts';
import { flagOf } from '../query.ts';
import type { DockerCall, DockerRoute } from '../route.ts';
import { CREATE_BODY, EXEC_BODY, EXEC_START_BODY, UPDATE_BODY } from '../shapes/container-shapes.ts';
import { attachContainer } from './attach-container.ts';
import { attachWebSocket } from './attach-web-socket.ts';
import { callOptions } from './call-options.ts';
import { createContainer } from './create-container.ts';
import { createExec, resizeExec, sendExec, startExec } from './exec-sessions.ts';
import { findContainer, findExec, findKilled, findLinking, linkOf } from './find-container.ts';
import { sendContainer } from './inspect-container.ts';
import {
  killContainer,
  pauseContainer,
  removeContainer,
  renameContainer,
  resizeContainer,
  restartContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
  updateContainer,
} from './lifecycle.ts';
import { sendContainers } from './list-containers.ts';
import { pruneContainers } from './prune-containers.ts';
import { sendLogs } from './send-logs.ts';
import { sendStats } from './send-stats.ts';
import { waitContainer } from './wait-container.ts';

async function sendTop(call: DockerCall): Promise<void> {
  const { res, environment, id, query } = call;
  const { titles, processes } = await environment.containers.top(
    id,
    query.get('ps_args') || undefined,
    callOptions(call),
  );
  sendJson(res, 200, { Titles: titles, Processes: processes });
}

async function removeLink(call: DockerCall): Promise<void> {
  await call.environment.containers.unlink(call.id, linkOf(call).alias ?? '', callOptions(call));
  sendEmpty(call.res, 204);
}

function order(verb: string, permission: Permission, audit: string, handle: DockerRoute['handle']): DockerRoute {
  return { method: 'POST', pattern: `/containers/{id}/${verb}`, permission, audit, find: findContainer, handle };
}

function question(what: string, permission: Permission, handle: DockerRoute['handle']): DockerRoute {
  const pattern = `/containers/{id}/${what}`;
  return { method: 'GET', pattern, permission, audit: null, find: findContainer, handle };
}

function execRoute(
  method: DockerRoute['method'],
  what: string,
  audit: string | null,
  handle: DockerRoute['handle'],
): DockerRoute {
  return { method, pattern: `/exec/{id}/${what}`, permission: 'container:exec', audit, find: findExec, handle };
}

export const CONTAINER_ROUTES: readonly DockerRoute[] = [
  { method: 'GET', pattern: '/containers/json', permission: 'container:view', audit: null, handle: sendContainers },
  {
    method: 'POST',
    pattern: '/containers/create',
    permission: 'container:create',
    audit: 'container.create',
    auditTakenAlong: true,
    takesJson: CREATE_BODY,
    handle: createContainer,
  },
  {
    method: 'POST',
    pattern: '/containers/prune',
    permission: 'cleanup:run',
    audit: 'container.prune',
    handle: pruneContainers,
  },
  question('json', 'container:view', sendContainer),
  question('logs', 'container:logs', sendLogs),
  question('stats', 'container:stats', sendStats),
  question('top', 'container:processes', sendTop),
  order('start', 'container:start', 'container.start', startContainer),
  order('stop', 'container:stop', 'container.stop', stopContainer),
  order('restart', 'container:restart', 'container.restart', restartContainer),
  { ...order('kill', 'container:kill', 'container.kill', killContainer), find: findKilled },
  order('pause', 'container:pause', 'container.pause', pauseContainer),
  order('unpause', 'container:pause', 'container.unpause', unpauseContainer),
  order('rename', 'container:rename', 'container.rename', renameContainer),
  { ...order('update', 'container:update', 'container.update', updateContainer), takesJson: UPDATE_BODY },
  { ...order('attach', 'container:attach', 'container.attach', attachContainer), plainErrors: true },
  {
    ...question('attach/ws', 'container:attach', attachWebSocket),
    audit: 'container.attach',
    plainErrors: true,
  },
  { ...order('exec', 'container:exec', 'container.exec', createExec), takesJson: EXEC_BODY, auditTakenAlong: true },
  { ...execRoute('POST', 'start', 'container.exec_attach', startExec), takesJson: EXEC_START_BODY },
  execRoute('POST', 'resize', null, resizeExec),
  execRoute('GET', 'json', null, sendExec),
  { ...order('wait', 'container:view', '', waitContainer), audit: null },
  { ...order('resize', 'container:attach', '', resizeContainer), audit: null },
  {
    method: 'DELETE',
    pattern: '/containers/{link*}',
    when: (query) => flagOf(query, 'link'),
    permission: 'container:remove',
    audit: 'container.unlink',
    find: findLinking,
    handle: removeLink,
  },
  {
    method: 'DELETE',
    pattern: '/containers/{id}',
    permission: 'container:remove',
    audit: 'container.remove',
    auditTakenAlong: true,
    find: findContainer,
    handle: removeContainer,
  },
];
