import type { ContainerConfig } from './container-service.ts';
import { refused } from './refused.ts';

interface SecurityOptions {
  noNewPrivileges: boolean;
  /** `default`, `unconfined` or the JSON text of a profile. */
  seccomp: string;
  /** `systempaths=unconfined` */
  unmaskedPaths: boolean;
}

/**
 * `key=value` and the older `key:value` are both in use. Labels of SELinux can only be switched off, profiles of AppArmor
 * only left out: this engine sets neither.
 *
 * @throws EngineError `invalid_argument` for an option nothing would come of
 */
export function readSecurityOptions(
  { securityOpt, privileged }: Pick<ContainerConfig, 'securityOpt' | 'privileged'>,
  hasAppArmor = false,
): SecurityOptions {
  const read: SecurityOptions = {
    noNewPrivileges: false,
    seccomp: privileged ? 'unconfined' : 'default',
    unmaskedPaths: false,
  };
  for (const option of securityOpt) readOption(option, read, hasAppArmor);
  return read;
}

function readOption(option: string, into: SecurityOptions, hasAppArmor: boolean): void {
  const [, key, value] = /^([a-z-]+)(?:[=:]([\s\S]*))?$/.exec(option) ?? [];
  const bad = (why: string) => refused('security_option_invalid', 'securityOpt', why, { option });
  if (key === 'no-new-privileges' && (value === undefined || value === 'true' || value === 'false'))
    into.noNewPrivileges = value !== 'false';
  else if (key === 'seccomp' && value !== undefined) into.seccomp = value === 'builtin' ? 'default' : value;
  else if (key === 'systempaths' && value === 'unconfined') into.unmaskedPaths = true;
  else if (key === 'apparmor' && value !== undefined) {
    // On a host with AppArmor a named profile would not be in force: better no container than an unguarded one.
    if (value !== 'unconfined' && (hasAppArmor || value !== 'docker-default'))
      throw bad(`AppArmor profiles are not supported: ${option}`);
  } else if (key === 'label' && value !== undefined) {
    if (value !== 'disable') throw bad(`SELinux labels are not supported: ${option}`);
  } else throw bad(`invalid --security-opt ${/[=:]/.test(option) ? 2 : 1}: ${JSON.stringify(option)}`);
}
