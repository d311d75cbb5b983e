import { useQuery } from '@tanstack/react-query';
import { createContext, use, useState } from 'react';
import { useFailureText } from '../../../_lib/errors.ts';
import { useTRPC } from '../../../_lib/trpc.ts';
import type { CreateForm } from './create-form.ts';

interface FormState {
  form: CreateForm;
  change(part: Partial<CreateForm>): void;
  /** The sentence at a field, once somebody has left the field or tried to send. */
  problemOf(key: string): string | undefined;
  /** Called when a field is left. */
  leave(key: string): void;
  /** Filled in like another container: what the host says about the values is asked at once. */
  copied: boolean;
}

const FormContext = createContext<FormState | undefined>(undefined);
export const FormProvider = FormContext.Provider;

export function useCreateForm(): FormState {
  const state = use(FormContext);
  if (state === undefined) throw new Error('outside of the create form');
  return state;
}

/** Makes the sentence of a problem from its reason and values, also where the holder of a port is not known by name. */
export function useProblemText(): (reason: string, params?: Readonly<Record<string, string | number>>) => string {
  const text = useFailureText();
  return (reason, params = {}) => {
    const failure = { code: 'invalid_argument', details: {}, message: '', requestId: undefined };
    if (reason !== 'port_in_use') return text({ ...failure, reason, params });
    const address = params['address'] || '0.0.0.0';
    const named = Boolean(params['holder']);
    const variant = named ? 'port_in_use' : params['kind'] === 'host' ? 'port_in_use_host' : 'port_in_use_other';
    return text({ ...failure, reason: variant, params: { ...params, address } });
  };
}

export interface HostCheck {
  name?: string;
  image?: string;
  bindSource?: string;
  port?: { protocol: 'tcp' | 'udp'; hostAddress: string; hostPort: number };
}

/**
 * Asks the host about a value that somebody has finished typing. Events of containers ask again, so that a port that
 * became free is no problem any more.
 */
export function useHostCheck(part: HostCheck | undefined) {
  const trpc = useTRPC();
  const enabled = part !== undefined;
  const { data } = useQuery(trpc.containers.checkCreate.queryOptions(part ?? {}, { enabled, retry: false }));
  return { checked: enabled && data !== undefined, problem: enabled ? data?.[0] : undefined };
}

/** The value as it was when its field was last left, while it still is the same; one that was copied counts as left. */
export function useLeftValue(value: string): { left: string | undefined; onBlur: () => void } {
  const { copied } = useCreateForm();
  const [last, setLast] = useState(copied ? value : '');
  return { left: last !== '' && last === value ? value : undefined, onBlur: () => setLast(value) };
}
