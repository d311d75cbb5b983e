// What the create form shows as JSON is the request of the same container: read by the server as Docker's API is read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCreateRequest } from '#server/docker-api/codec/create-request.ts';
import { JsonObject } from '#server/docker-api/codec/json-object.ts';
import { createContainerInput } from '#server/trpc/containers/containers.schema.ts';
import { checkForm } from '../../app/_features/containers/create/check-form.ts';
import { dockerJson } from '../../app/_features/containers/create/docker-json.ts';
import { fromConfig } from '../../app/_features/containers/create/from-config.ts';
import { FULL } from '../../app/_features/containers/create/full-config.ts';
import { plainConfig } from '../../app/_features/containers/create/plain-config.ts';
import { toInput } from '../../app/_features/containers/create/to-input.ts';
import { emptyForm } from '../../app/_features/containers/create/view-model.ts';

type Config = Parameters<typeof fromConfig>[0];

// The API refuses a host name beside the host's own.
const { utsMode: _shared, ...ownNames } = FULL;

const plain = (value: object) => JSON.parse(JSON.stringify(value));

/** As the engine gets it. Which spelling a mount had, and that a published port is exposed too, is the API's own. */
function comparable(config: object): object {
  const { mounts, exposedPorts, ports, ...rest } = plain(config);
  const published = ports.map(
    (port: { containerPort: number; protocol: string }) => `${port.containerPort}/${port.protocol}`,
  );
  const places = mounts.map(({ long: _long, text: _text, createSource, ...mount }: Record<string, unknown>) => {
    return createSource === true ? { ...mount, createSource } : mount;
  });
  const bound = ports.map(({ whenExposed: _when, ...port }: Record<string, unknown>) => port);
  return {
    ...rest,
    ports: bound,
    exposedPorts: [...new Set([...exposedPorts, ...published])].sort(),
    mounts: places.sort((a: { target: string }, b: { target: string }) => (a.target < b.target ? -1 : 1)),
  };
}

for (const [what, config] of [
  ['everything', ownNames],
  ['an image alone', plainConfig()],
  ['the network of another', plainConfig({ network: 'container:web' })],
  ['paths that are not covered', plainConfig({ securityOpt: ['label=disable', 'systempaths=unconfined'] })],
  ['a restart for ever', plainConfig({ restart: { name: 'always', maxRetries: 0 } })],
  ['what is zero', plainConfig({ stopTimeoutSeconds: 0, resources: { memorySwappiness: 0 } })],
  ['no check of health', plainConfig({ healthcheck: { test: ['NONE'] } })],
] satisfies [string, Config][]) {
  test(`the JSON of a form means the same as the form: ${what}`, () => {
    const form = fromConfig(config);
    assert.deepEqual(checkForm(form), {});
    const input = toInput(form);
    const { body } = dockerJson(input);
    const read = readCreateRequest(JsonObject.from(plain(body), ''));
    assert.deepEqual(comparable(read), comparable(createContainerInput.parse(input).config));
  });
}

test('name and platform stand in the path, values that look secret nowhere', () => {
  const form = { ...emptyForm(), image: 'web', name: 'shop', platform: 'linux/arm64/v8' };
  const env = [
    { ...emptyForm().env[0], name: 'DB_PASSWORD', value: 'hunter2' },
    { ...emptyForm().env[0], name: 'COLOUR', value: 'red' },
  ] as typeof form.env;
  const { path, body } = dockerJson(toInput({ ...form, env }));
  assert.equal(path, '/containers/create?name=shop&platform=linux%2Farm64%2Fv8');
  assert.deepEqual((body as { Env: string[] }).Env, ['DB_PASSWORD=', 'COLOUR=red']);
  assert.ok(!JSON.stringify(body).includes('hunter2'));
});
