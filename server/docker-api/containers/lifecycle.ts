import { EngineError, isEngineError } from '#engine/errors/index.ts';
import { sendEmpty, sendJson } from '../answer.ts';
import { readRestartPolicy, readUpdate } from '../codec/create-request.ts';
import { JsonObject } from '../codec/json-object.ts';
import { badRequest } from '../docker-error.ts';
import { readOptionalJson } from '../json-body.ts';
import { flagOf, integerOf, sizeOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { callerOnly } from './call-options.ts';

/** A JSON object with a field has at least as many bytes. */
const NO_BODY_BYTES = 7;

export async function startContainer(call: DockerCall): Promise<void> {
  const { 'content-length': length, 'transfer-encoding': coding } = call.req.headers;
  if (coding !== undefined || Number(length ?? 0) > NO_BODY_BYTES) {
    const words = 'starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24';
    throw badRequest(words, 'body_unexpected');
  }
  const { started } = await call.environment.containers.start(call.id, callerOnly(call));
  sendEmpty(call.res, started ? 204 : 304);
}

export async function stopContainer(call: DockerCall): Promise<void> {
  const { stopped } = await namingSignal(call, 'stop', () =>
    call.environment.containers.stop(call.id, stopOptions(call)),
  );
  sendEmpty(call.res, stopped ? 204 : 304);
}

export async function restartContainer(call: DockerCall): Promise<void> {
  await call.environment.containers.restart(call.id, stopOptions(call));
  sendEmpty(call.res, 204);
}

function stopOptions(call: DockerCall) {
  const unixSignal = call.query.get('signal') || undefined;
  return { ...callerOnly(call), unixSignal, timeoutSeconds: integerOf(call.query, 't') };
}

export async function killContainer(call: DockerCall): Promise<void> {
  const unixSignal = call.query.get('signal') || undefined;
  await namingSignal(call, 'kill', () =>
    call.environment.containers.kill(call.id, { ...callerOnly(call), unixSignal }),
  );
  sendEmpty(call.res, 204);
}

/** A signal that does not exist is told with the container it was for. */
async function namingSignal<T>(call: DockerCall, verb: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isEngineError(error) || error.details.reason !== 'signal_invalid') throw error;
    const signal = call.query.get('signal') ?? '';
    const words = /^\d{1,9}$/.test(signal)
      ? `the linux daemon does not support signal ${Number(signal)}`
      : error.message;
    throw inWords(error, `cannot ${verb} container: ${call.params['id'] ?? ''}: ${words}`);
  }
}

export async function pauseContainer(call: DockerCall): Promise<void> {
  await call.environment.containers.pause(call.id, callerOnly(call));
  sendEmpty(call.res, 204);
}

export async function unpauseContainer(call: DockerCall): Promise<void> {
  try {
    await call.environment.containers.unpause(call.id, callerOnly(call));
  } catch (error) {
    if (!isEngineError(error) || error.details.reason !== 'wrong_state') throw error;
    // dockerd has no better status for this one.
    throw new EngineError(error.code, error.message, { ...error.details, reason: 'not_paused' }, { cause: error });
  }
  sendEmpty(call.res, 204);
}

export async function renameContainer(call: DockerCall): Promise<void> {
  const name = (call.query.get('name') ?? '').replace(/^\//, '');
  if (name === '') throw badRequest('Neither old nor new names may be empty', 'name_missing');
  if (name.startsWith('/')) {
    const words = `Error when allocating new name: Invalid container name (/${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`;
    throw badRequest(words, 'name_invalid');
  }
  const { containers } = call.environment;
  if ((await containers.inspect(call.id)).name === name) {
    throw badRequest('Renaming a container with the same name as its current name', 'name_unchanged');
  }
  try {
    await containers.rename(call.id, name, callerOnly(call));
  } catch (error) {
    if (!isEngineError(error) || !['name_invalid', 'name_taken'].includes(error.details.reason ?? '')) throw error;
    throw inWords(error, `Error when allocating new name: ${error.message.replace(`(${name})`, `(/${name})`)}`);
  }
  sendEmpty(call.res, 204);
}

function inWords(cause: EngineError, words: string): EngineError {
  return new EngineError(cause.code, words, cause.details, { cause });
}

export async function removeContainer(call: DockerCall): Promise<void> {
  const { query, environment, id, res } = call;
  const how = { force: flagOf(query, 'force'), volumes: flagOf(query, 'v') };
  await environment.containers.remove(id, { ...callerOnly(call), ...how });
  sendEmpty(res, 204);
}

export async function resizeContainer(call: DockerCall): Promise<void> {
  const { rows, columns } = sizeOf(call.query);
  await call.environment.containers.resize(call.id, rows, columns);
  sendEmpty(call.res, 200);
}

/** `POST /containers/{id}/update`. */
export async function updateContainer(call: DockerCall): Promise<void> {
  const body = (await readOptionalJson(call)) ?? JsonObject.empty();
  const policy = body.object('RestartPolicy');
  const restart = policy?.text('Name') ? readRestartPolicy(policy) : undefined;
  const request = { resources: readUpdate(body), ...(restart === undefined ? {} : { restart }) };
  const { warnings } = await call.environment.containers.update(call.id, request, callerOnly(call));
  sendJson(call.res, 200, { Warnings: warnings.length === 0 ? null : warnings });
}
