import { badRequest } from '../docker-error.ts';
import type { JsonObject } from './json-object.ts';

/**
 * The configuration a client sends with a commit, as the instructions that say the same: what is not given stays the container's.
 *
 * @throws EngineError `invalid_argument` for texts of several lines, which an instruction cannot hold
 */
export function toChanges(config: JsonObject): string[] {
  const changes: string[] = [];
  const add = (name: string, text: string | undefined): void => {
    if (text === undefined || text === '') return;
    if (/[\r\n]/.test(text)) throw badRequest(`${name} of an image cannot hold several lines`, 'change_invalid');
    changes.push(`${name} ${text}`);
  };
  const list = (texts: readonly string[] | undefined) =>
    texts === undefined || texts.length === 0 ? undefined : JSON.stringify(texts);
  // A new entrypoint drops the command, so the command comes after it.
  add('ENTRYPOINT', list(config.textOrTexts('Entrypoint')));
  add('CMD', list(config.textOrTexts('Cmd')));
  for (const entry of config.texts('Env') ?? []) {
    const [name = '', ...value] = entry.split('=');
    add('ENV', `${name}=${quoted(value.join('='))}`);
  }
  for (const [port] of config.entries('ExposedPorts')) add('EXPOSE', port);
  for (const [name, value] of Object.entries(config.textMap('Labels')))
    add('LABEL', `${quoted(name)}=${quoted(value)}`);
  add('STOPSIGNAL', config.text('StopSignal'));
  add('USER', config.text('User'));
  for (const [path] of config.entries('Volumes')) add('VOLUME', JSON.stringify([path]));
  add('WORKDIR', config.text('WorkingDir'));
  return changes;
}

function quoted(text: string): string {
  return `"${text.replace(/["$\\]/g, '\\$&')}"`;
}
