import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTRPC } from '../../../_lib/trpc.ts';
import { useCan } from '../../shell/use-me.ts';
import type { CreateForm } from './create-form.ts';
import { formRules } from './form-rules.ts';
import type { CreateInput } from './to-input.ts';

const CALM_MS = 400;

/**
 * What the role of whoever types may not have, asked as soon as the form stands still. Not asked for those who may have
 * everything. While a value is half typed and cannot be judged, the last verdict stays.
 */
export function usePolicy(form: CreateForm) {
  const can = useCan();
  const trpc = useTRPC();
  const rules = formRules.use();
  const judged = useCalm(rules && JSON.stringify(partToJudge(rules.toInput(form))));
  const enabled = judged !== undefined && can('container:create') && !can('container:host-access');
  const config = JSON.parse(judged ?? '{}') as ReturnType<typeof partToJudge>;
  const { data } = useQuery(
    trpc.containers.judge.queryOptions({ config }, { enabled, retry: false, placeholderData: (before) => before }),
  );
  const violations = enabled ? (data ?? []) : [];
  return rules?.findProblems(form, { reason: undefined, details: { violations } }) ?? [];
}

/** Commands and values of variables decide nothing, and may be long or secret. */
function partToJudge({ config }: CreateInput) {
  const { entrypoint: _entrypoint, command: _command, healthcheck: _check, ...rest } = config;
  return {
    ...rest,
    image: rest.image === '' ? 'none' : rest.image,
    env: [],
    labels: Object.fromEntries(Object.keys(rest.labels).map((key) => [key, ''])),
  };
}

/** The first value counts at once. */
function useCalm(value: string | undefined): string | undefined {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), CALM_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return calm ?? value;
}
