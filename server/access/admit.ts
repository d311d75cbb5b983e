import type { ContainerConfig } from '#engine/containers/index.ts';
import { EngineError } from '#engine/errors/index.ts';
import { type AdmissionPolicy, DEVELOPER_RULES, judgeMac, type Violation } from './admit-rules.ts';
import { assertCan, can } from './can.ts';
import type { Actor } from './roles.ts';

/**
 * The second gate, on the normalised request: the object judged here is the object that runs. Synchronous, so that no caller can
 * forget to wait for the verdict.
 *
 * @throws EngineError `denied`, with every `violations` entry `{ field, reason, params }` for the form
 */
export function admit(config: ContainerConfig, actor: Actor | undefined, policy: AdmissionPolicy = {}): void {
  assertCan(actor, 'container:create');
  if (can(actor, 'container:host-access')) return;
  const violations = judge(config, policy);
  const [first] = violations;
  if (first === undefined) return;
  const fields = [...new Set(violations.map(({ field }) => field))].join(', ');
  throw new EngineError('denied', `Not allowed for your role: ${fields}`, {
    reason: 'not_admitted',
    field: first.field,
    violations,
  });
}

/** The same for one more interface of a container that is there. @throws EngineError `denied` */
export function admitEndpoint({ mac }: { mac?: string | undefined }, actor: Actor | undefined): void {
  const [violation] = judgeMac(mac);
  if (violation === undefined || can(actor, 'container:host-access')) return;
  const field = 'macAddress';
  const violations = [{ field, ...violation }];
  throw new EngineError('denied', `Not allowed for your role: ${field}`, { reason: 'not_admitted', field, violations });
}

/** What a role without access to the host may not have; for others, what deserves a confirmation. */
export function judge(config: ContainerConfig, policy: AdmissionPolicy = {}): Violation[] {
  const violations: Violation[] = [];
  for (const field of Object.keys(config)) {
    if (isRuled(field)) violations.push(...judgeField(field, config, policy));
    else violations.push({ field, reason: 'field_unknown', params: {} });
  }
  return violations;
}

function judgeField<K extends keyof ContainerConfig>(
  field: K,
  config: ContainerConfig,
  policy: AdmissionPolicy,
): Violation[] {
  const rule = DEVELOPER_RULES[field];
  return rule(config[field], policy).map((found) => ({ field, ...found }));
}

function isRuled(field: string): field is keyof ContainerConfig {
  return Object.hasOwn(DEVELOPER_RULES, field);
}
