'use client';
import { SquareTerminal } from 'lucide';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { Button } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { TextField } from '../../_ui/field.tsx';
import { Note } from '../../_ui/states.tsx';
import { splitWords } from '../containers/create/split-words.ts';

/** What runs in a terminal, and as whom; without a user it is the container's own. */
export interface Program {
  args: string[];
  user?: string;
  /** Where it starts; without one the container's own directory. */
  workdir?: string;
}

interface StartProps {
  /** Shells that were found in the container, best first. */
  shells: readonly string[];
  onOpen: (program: Program) => void;
}

/** Another program or user than the best shell as the container's own user. */
export function TerminalStart({ shells, onOpen }: StartProps) {
  const t = useTranslations('terminal');
  const te = useTranslations('error');
  const [command, setCommand] = useState(shells[0] ?? '');
  const [user, setUser] = useState('');
  const [workdir, setWorkdir] = useState('');
  const [misplaced, setMisplaced] = useState(false);
  const [problem, setProblem] = useState<string>();
  const listId = useId();
  return (
    <Card className="max-w-[480px]">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const args = splitWords(command);
          if (args === undefined) return setProblem(te('quote'));
          if (args.length === 0) return setProblem(te('required'));
          const name = user.trim();
          const folder = workdir.trim();
          if (folder !== '' && !folder.startsWith('/')) return setMisplaced(true);
          onOpen({ args, ...(name !== '' && { user: name }), ...(folder !== '' && { workdir: folder }) });
        }}
      >
        {shells.length === 0 && <Note tone="info">{t('noShellText')}</Note>}
        <TextField
          label={t('command')}
          hint={t('commandHint')}
          error={problem}
          mono
          list={listId}
          value={command}
          maxLength={4096}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => {
            setCommand(event.target.value);
            setProblem(undefined);
          }}
        />
        <datalist id={listId}>
          {shells.map((shell) => (
            <option key={shell} value={shell} />
          ))}
        </datalist>
        <TextField
          label={t('user')}
          hint={t('userHint')}
          mono
          value={user}
          maxLength={256}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => setUser(event.target.value)}
        />
        <TextField
          label={t('workdir')}
          flag="--workdir"
          hint={t('workdirHint')}
          error={misplaced && te('absolute')}
          mono
          value={workdir}
          maxLength={4096}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => {
            setWorkdir(event.target.value);
            setMisplaced(false);
          }}
        />
        <div>
          <Button writes type="submit" variant="primary" icon={SquareTerminal}>
            {t('open')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
