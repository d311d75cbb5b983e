'use client';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { useTRPC } from '../../../_lib/trpc.ts';
import { Button } from '../../../_ui/button.tsx';
import { Card } from '../../../_ui/card.tsx';
import { TextArea, TextField } from '../../../_ui/field.tsx';
import { Page } from '../../../_ui/page.tsx';
import { ErrorNote } from '../../../_ui/states.tsx';
import { toInput } from './to-input.ts';

/** Creates and starts; a failure keeps every field. */
export function CreatePage() {
  const t = useTranslations('create');
  const router = useRouter();
  const trpc = useTRPC();
  const [form, setForm] = useState({ image: '', name: '', command: '', ports: '', volumes: '', env: '' });
  const [problem, setProblem] = useState<'command' | 'ports' | 'volumes' | 'env'>();
  const create = useMutation(trpc.containers.create.mutationOptions());
  const start = useMutation(trpc.containers.start.mutationOptions());
  const run = useMutation({
    mutationFn: async (input: NonNullable<ReturnType<typeof toInput>['input']>) => {
      const made = await create.mutateAsync(input);
      await start.mutateAsync({ containerId: made.id });
      return made;
    },
    onSuccess: (made) => router.push(`/containers/${encodeURIComponent(made.name)}`),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    const { input, problem: bad } = toInput(form);
    setProblem(bad);
    if (input !== undefined) run.mutate(input);
  }
  const field = (key: keyof typeof form) => ({
    label: t(key),
    value: form[key],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [key]: event.target.value }),
  });
  return (
    <Page title={t('title')}>
      <form onSubmit={submit} className="flex max-w-[800px] flex-col gap-4">
        {run.isError && <ErrorNote error={run.error} title={t('failed')} />}
        <Card>
          <div className="flex flex-col gap-4">
            <TextField {...field('image')} mono required hint={t('imageHint')} />
            <TextField {...field('name')} mono />
            <TextField
              {...field('command')}
              mono
              hint={t('commandHint')}
              error={problem === 'command' && t('badLine')}
            />
            <TextArea {...field('ports')} hint={t('portsHint')} error={problem === 'ports' && t('badLine')} />
            <TextArea {...field('volumes')} hint={t('volumesHint')} error={problem === 'volumes' && t('badLine')} />
            <TextArea {...field('env')} hint={t('envHint')} error={problem === 'env' && t('badLine')} />
          </div>
        </Card>
        <Button type="submit" variant="primary" size="large" loading={run.isPending}>
          {t('submit')}
        </Button>
      </form>
    </Page>
  );
}
