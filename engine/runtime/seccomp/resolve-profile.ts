import { z } from 'zod';
import { EngineError } from '../../errors/index.ts';
import defaultRules from './default-rules.json' with { type: 'json' };

/** The `linux.seccomp` part of an OCI spec. */
export interface OciSeccomp {
  defaultAction: string;
  defaultErrnoRet?: number;
  architectures?: string[];
  flags?: string[];
  syscalls: OciSyscallRule[];
}

interface OciSyscallRule {
  names: string[];
  action: string;
  errnoRet?: number;
  args?: { index: number; value: number; valueTwo?: number; op: string }[];
}

/** What decides which rules of a profile hold for one container. */
export interface SeccompHost {
  /** Go's name of the architecture: amd64, arm64, … */
  arch: string;
  /** Major and minor version of the kernel. */
  kernel: readonly [number, number];
  /** Capabilities of the container's bounding set, with `CAP_`. */
  caps: readonly string[];
}

interface Condition {
  arch?: readonly string[] | undefined;
  caps?: readonly string[] | undefined;
  kernel?: string | undefined;
}

const condition = z.object({
  arch: z.array(z.string()).optional(),
  caps: z.array(z.string().transform((cap) => `CAP_${cap}`)).optional(),
  kernel: z.string().optional(),
});
const rulesFile = z.object({
  otherwise: z.number(),
  architectures: z.record(z.string(), z.array(z.string())),
  rules: z.array(
    z.object({
      calls: z.array(z.string()).min(1),
      arg: z
        .object({ index: z.number(), is: z.enum(['equal', 'not-equal', 'without-bits']), value: z.number() })
        .optional(),
      errno: z.number().optional(),
      onlyWith: condition.optional(),
      notWith: condition.optional(),
    }),
  ),
});

/** Docker's default profile for one container. */
export function defaultSeccomp(host: SeccompHost): OciSeccomp {
  const file = rulesFile.parse(defaultRules);
  const architectures = file.architectures[host.arch]?.map((name) => `SCMP_ARCH_${name}`);
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: file.otherwise,
    ...(architectures === undefined ? {} : { architectures }),
    syscalls: file.rules
      .filter((rule) => holds(rule.onlyWith ?? {}, rule.notWith ?? {}, host))
      .map((rule) => ({
        names: rule.calls,
        action: rule.errno === undefined ? 'SCMP_ACT_ALLOW' : 'SCMP_ACT_ERRNO',
        ...(rule.errno === undefined ? {} : { errnoRet: rule.errno }),
        ...(rule.arg === undefined ? {} : { args: [toOciArg(rule.arg)] }),
      })),
  };
}

function toOciArg(arg: { index: number; is: 'equal' | 'not-equal' | 'without-bits'; value: number }) {
  switch (arg.is) {
    case 'equal':
      return { index: arg.index, value: arg.value, op: 'SCMP_CMP_EQ' };
    case 'not-equal':
      return { index: arg.index, value: arg.value, op: 'SCMP_CMP_NE' };
    case 'without-bits':
      // (argument & value) == valueTwo; the second value is left at zero.
      return { index: arg.index, value: arg.value, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' };
  }
}

const strings = z.array(z.string()).nullish();
const dockerCondition = z
  .object({ arches: strings, caps: strings, minKernel: z.string().nullish() })
  .nullish()
  .transform((c): Condition => ({ arch: c?.arches ?? [], caps: c?.caps ?? [], kernel: c?.minKernel ?? undefined }));
const dockerProfile = z.object({
  defaultAction: z.string(),
  defaultErrnoRet: z.number().nullish(),
  architectures: strings,
  archMap: z.array(z.object({ architecture: z.string(), subArchitectures: strings })).nullish(),
  flags: strings,
  syscalls: z
    .array(
      z.object({
        names: strings,
        name: z.string().nullish(),
        action: z.string(),
        errnoRet: z.number().nullish(),
        args: z
          .array(z.object({ index: z.number(), value: z.number(), valueTwo: z.number().nullish(), op: z.string() }))
          .nullish(),
        includes: dockerCondition,
        excludes: dockerCondition,
      }),
    )
    .nullish(),
});

const OCI_ARCH: Readonly<Record<string, string>> = {
  amd64: 'SCMP_ARCH_X86_64',
  arm64: 'SCMP_ARCH_AARCH64',
  riscv64: 'SCMP_ARCH_RISCV64',
  s390x: 'SCMP_ARCH_S390X',
};

/**
 * A profile in Docker's form (`--security-opt seccomp=FILE`) for one container.
 *
 * @throws EngineError `invalid_argument` when it is not such a profile.
 */
export function customSeccomp(text: string, host: SeccompHost): OciSeccomp {
  const profile = parseProfile(text);
  const own = profile.archMap?.find((entry) => entry.architecture === OCI_ARCH[host.arch]);
  const architectures = own
    ? [own.architecture, ...(own.subArchitectures ?? [])]
    : (profile.architectures ?? undefined);
  return {
    defaultAction: profile.defaultAction,
    ...(profile.defaultErrnoRet == null ? {} : { defaultErrnoRet: profile.defaultErrnoRet }),
    ...(architectures === undefined ? {} : { architectures }),
    ...(profile.flags == null ? {} : { flags: profile.flags }),
    syscalls: (profile.syscalls ?? [])
      .filter((rule) => holds(rule.includes, rule.excludes, host))
      .map((rule) => ({
        names: [...(rule.names ?? []), ...(rule.name == null ? [] : [rule.name])],
        action: rule.action,
        ...(rule.errnoRet == null ? {} : { errnoRet: rule.errnoRet }),
        ...(rule.args == null || rule.args.length === 0
          ? {}
          : { args: rule.args.map(({ valueTwo, ...arg }) => (valueTwo == null ? arg : { ...arg, valueTwo })) }),
      })),
  };
}

function parseProfile(text: string): z.infer<typeof dockerProfile> {
  try {
    return dockerProfile.parse(JSON.parse(text));
  } catch (cause) {
    throw new EngineError(
      'invalid_argument',
      'Decoding seccomp profile failed: it is not a profile in the form Docker reads',
      { reason: 'seccomp_profile_invalid' },
      { cause },
    );
  }
}

/** Every `only` must hold and no `not` may: an empty condition asks for nothing and excludes nothing. */
function holds(only: Condition, not: Condition, host: SeccompHost): boolean {
  if (only.arch?.length && !only.arch.includes(host.arch)) return false;
  if (only.caps?.some((cap) => !host.caps.includes(cap))) return false;
  if (only.kernel !== undefined && !kernelIsAtLeast(host.kernel, only.kernel)) return false;
  if (not.arch?.includes(host.arch)) return false;
  if (not.caps?.some((cap) => host.caps.includes(cap))) return false;
  return not.kernel === undefined || !kernelIsAtLeast(host.kernel, not.kernel);
}

function kernelIsAtLeast([major, minor]: readonly [number, number], wanted: string): boolean {
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
