'use client';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { saveText } from '../../_lib/save-text.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { CopyField } from '../../_ui/copy-field.tsx';
import { CheckField } from '../../_ui/field.tsx';
import { Note } from '../../_ui/states.tsx';
import { KeyDialog } from './key-dialog.tsx';

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
  const issue = useMutation(trpc.tokens.issueCertificate.mutationOptions());
  return (
    <KeyDialog
      title={t('issueTitle')}
      action={t('issue')}
      failedTitle={t('notIssued')}
      madeTitle={(name) => t('issuedTitle', { name })}
      intro={<p>{t('issueText')}</p>}
      make={(key) => issue.mutateAsync(key)}
      onClose={onClose}
    >
      {({ cert, key, authority }, { stored, onStored }) => (
        <div className="flex flex-col gap-3">
          <p>{t('issuedText')}</p>
          <div className="flex flex-wrap gap-2">
            {Object.entries({
              'cert.pem': cert,
              'key.pem': key,
              ...(authority === undefined ? {} : { 'ca.pem': authority }),
            }).map(([file, text]) => (
              <Button key={file} onClick={() => saveText(file, text)}>
                {file}
              </Button>
            ))}
          </div>
          <CopyField text={toCommand(docker)} />
          <Note tone="warning">{ui('shownOnce')}</Note>
          <CheckField label={ui('haveStored')} checked={stored} onChange={({ target }) => onStored(target.checked)} />
        </div>
      )}
    </KeyDialog>
  );
}
