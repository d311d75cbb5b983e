'use client';
import { useTranslations } from 'next-intl';
import { Component, type ReactNode } from 'react';
import { ErrorNote } from './states.tsx';

interface Props {
  children: ReactNode;
}

interface State {
  error: unknown;
  broken: boolean;
}

const WHOLE: State = { error: undefined, broken: false };

/** One panel that cannot be drawn does not take the page with it: it says so in its place, and can be drawn again. */
export class PanelBoundary extends Component<Props, State> {
  override state = WHOLE;

  static getDerivedStateFromError(error: unknown): State {
    return { error, broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return <Broken error={this.state.error} onRetry={() => this.setState(WHOLE)} />;
  }
}

function Broken({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTranslations('error');
  const message = error instanceof Error ? error.message : String(error);
  return <ErrorNote error={{ code: 'panel_broken', params: {}, message }} title={t('panel')} onRetry={onRetry} />;
}
