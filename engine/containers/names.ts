import { randomInt } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import type { ContainerStore } from './container-service.ts';

const VALID = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

const ADJECTIVES = (
  'amber azure bold brave breezy bright brisk calm candid cheery clever coral cosy crisp curious daring dapper deft ' +
  'eager early earnest fair fleet fond frank fresh gentle gleaming glad golden grand hardy hazel honest humble ivory ' +
  'jaunty jolly keen kind lively loyal lucid lucky mellow merry mild mighty modest neat nimble noble patient placid ' +
  'plucky polite prime proud quick quiet ready robust rosy rustic serene sharp silver sincere sleek smooth snug ' +
  'sparkling spry steady still sturdy sunny supple swift tidy tranquil trusty upbeat vivid warm witty zesty'
).split(' ');

const NOUNS = (
  'acorn alder anchor aspen badger barley basin beacon beaver birch bison bramble breeze brook canyon cedar cliff ' +
  'clover comet condor cove crane creek delta dune eagle ember falcon fern finch fjord forest fox garnet glacier ' +
  'glade grove gull harbor hare hawk heath heron hill iris island jay juniper kestrel lagoon lake lantern larch lark ' +
  'lily lynx maple marsh meadow mesa moss oak oasis orchid osprey otter owl pebble pine plover pond poplar prairie ' +
  'quail quartz raven reef ridge river robin rowan sable sail sequoia shore sparrow spruce stork stream summit swan ' +
  'thistle thrush tide trail tulip valley walnut wave willow wren'
).split(' ');

/** @throws EngineError `invalid_argument` in Docker's words */
export function checkName(name: string): void {
  if (VALID.test(name)) return;
  throw new EngineError(
    'invalid_argument',
    `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    { reason: 'name_invalid', field: 'name', name },
  );
}

/** The error of an insert or a rename that met the name of another container. */
export function nameTaken(name: string, holder: string): EngineError {
  return new EngineError(
    'already_exists',
    `Conflict. The container name "/${name}" is already in use by container "${holder}". ` +
      'You have to remove (or rename) that container to be able to reuse that name.',
    { reason: 'name_taken', field: 'name', name, holder },
  );
}

/** A name for a container that was given none, free at the time of asking: the insert decides. */
export async function freeRandomName(store: Pick<ContainerStore, 'findByName'>): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    // The more names are taken, the more digits are added.
    const digits = attempt < 4 ? '' : String(randomInt(10 ** Math.min(9, attempt - 3)));
    const name = `${pick(ADJECTIVES)}_${pick(NOUNS)}${digits}`;
    if ((await store.findByName(name)) === undefined) return name;
  }
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? 'davit';
}
