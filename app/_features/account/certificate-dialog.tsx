'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { saveText } from '../../_lib/save-text.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { CopyField } from '../../_ui/copy-field.tsx';
import { ConfirmDialog } from '../../_ui/dialog.tsx';
import { CheckField, TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote, Note } from '../../_ui/states.tsx';
import { DEFAULT_DAYS, LifeField } from './life-field.tsx';
import { isProofProblem, useProof } from './use-proof.tsx';

interface Props {
  /** Where docker clients find this server; undefined while that is switched off. */
  docker: { host: string; port: number } | undefined;
  onClose: () => void;
}

function toCommand(docker: Props['docker']): string {
  const host = docker === undefined ? [] : ['-H', `tcp://${docker.host}:${docker.port}`];
  return ['DOCKER_CERT_PATH=.', 'docker', ...host, '--tlsverify', 'ps'].join(' ');
}

/** Name and life; then the three files that the docker CLI looks for, to be saved now or never. */
export function CertificateDialog({ docker, onClose }: Props) {
  const t = useTranslations('tokens');
  const ui = useTranslations('ui');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const proof = useProof();
  const [name, setName] = useState('');
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [stored, setStored] = useState(false);
  const issue = useMutation(trpc.tokens.issueCertificate.mutationOptions());
  const make = useMutation({
    async mutationFn() {
      await proof.prove();
      return issue.mutateAsync({ name, days });
    },
    onSettled: () => queries.invalidateQueries(trpc.tokens.pathFilter()),
  });
  if (make.data !== undefined) {
    const { cert, key, authority } = make.data;
    const files = { 'cert.pem': cert, 'key.pem': key, ...(authority === undefined ? {} : { 'ca.pem': authority }) };
    const command = toCommand(docker);
    return (
      <ConfirmDialog
        open
        onOpenChange={(open) => !open && stored && onClose()}
        title={t('issuedTitle', { name })}
        action={t('done')}
        blocked={!stored}
        onAction={onClose}
        only
      >
        <div className="flex flex-col gap-3">
          <p>{t('issuedText')}</p>
          <div className="flex flex-wrap gap-2">
            {Object.entries(files).map(([file, text]) => (
              <Button key={file} onClick={() => saveText(file, text)}>
                {file}
              </Button>
            ))}
          </div>
          <CopyField text={command} />
          <Note tone="warning">{ui('shownOnce')}</Note>
          <CheckField label={ui('haveStored')} checked={stored} onChange={({ target }) => setStored(target.checked)} />
        </div>
      </ConfirmDialog>
    );
  }
  const blocked = name.trim() === '' || !proof.ready;
  const submit = () => make.mutate(undefined, { onError: proof.refused });
  return (
    <FormDialog
      title={t('issueTitle')}
      action={t('issue')}
      busy={make.isPending}
      blocked={blocked}
      onSubmit={submit}
      onClose={onClose}
    >
      {make.isError && !isProofProblem(make.error) && <ErrorNote error={make.error} title={t('notIssued')} />}
      <p>{t('issueText')}</p>
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={64}
        autoComplete="off"
      />
      <LifeField days={days} onChange={setDays} />
      {proof.field}
    </FormDialog>
  );
}
