export interface CreateForm {
  image: string;
  name: string;
  /** One `8080:80` or `127.0.0.1:8080:80/udp` a line. */
  ports: string;
  /** One `NAME=value` a line. */
  env: string;
}

const PORT = /^(?:(\d+\.\d+\.\d+\.\d+):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/;

/** What the server takes, or which field holds a line that cannot be read. */
export function toInput(form: CreateForm) {
  const ports = lines(form.ports).map((line) => PORT.exec(line));
  if (ports.some((match) => match === null)) return { problem: 'ports' as const };
  const env = lines(form.env);
  if (env.some((line) => !/^[^=\s]+=/.test(line))) return { problem: 'env' as const };
  return {
    input: {
      ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
      config: {
        image: form.image.trim(),
        env,
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

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
