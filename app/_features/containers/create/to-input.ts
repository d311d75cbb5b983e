import { splitWords } from './split-words.ts';

interface CreateForm {
  image: string;
  name: string;
  /** Words with quotes; empty takes the image's command. */
  command: string;
  /** One `name:/path[:ro]` or `/host/folder:/path[:ro]` a line. */
  volumes: string;
  /** One `8080:80` or `127.0.0.1:8080:80/udp` a line. */
  ports: string;
  /** One `NAME=value` a line. */
  env: string;
}

const PORT = /^(?:(\d+\.\d+\.\d+\.\d+):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/;

const VOLUME = /^([^:]+):(\/[^:]*)(?::(ro|rw))?$/;

/** What the server takes, or which field holds a line that cannot be read. */
export function toInput(form: CreateForm) {
  const ports = lines(form.ports).map((line) => PORT.exec(line));
  if (ports.some((match) => match === null)) return { problem: 'ports' as const };
  const env = lines(form.env);
  if (env.some((line) => !/^[^=\s]+=/.test(line))) return { problem: 'env' as const };
  const command = splitWords(form.command);
  if (command === undefined) return { problem: 'command' as const };
  const volumes = lines(form.volumes).map((line) => VOLUME.exec(line));
  if (volumes.some((match) => match === null)) return { problem: 'volumes' as const };
  return {
    input: {
      ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
      config: {
        image: form.image.trim(),
        ...(command.length === 0 ? {} : { command }),
        env,
        mounts: volumes.map((match) => toMount(match?.[1] ?? '', match?.[2] ?? '', match?.[3] === 'ro')),
        ports: ports.map((match) => ({
          hostAddress: match?.[1] ?? '',
          hostPort: Number(match?.[2]),
          containerPort: Number(match?.[3]),
          protocol: match?.[4] === 'udp' ? ('udp' as const) : ('tcp' as const),
        })),
      },
    },
  };
}

function toMount(source: string, target: string, readOnly: boolean) {
  return source.startsWith('/')
    ? { type: 'bind' as const, source, target, readOnly, createSource: true }
    : { type: 'volume' as const, name: source, target, readOnly };
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
