import { ContainerNetworkPage } from '../../../../_features/containers/container-network-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <ContainerNetworkPage name={decodeURIComponent((await params).name)} />;
}
