// A page in the frame: only for who may see it, with the document's title.
import { useEffect, type ComponentType } from 'react';
import { ForbiddenState } from '../ui/feedback';
import { useParams } from './navigation';
import type { PageRoute } from './routes';
import { useMay } from './session';

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Gale` : 'Gale';
  }, [title]);
}

export function Guarded({ page, content: Content }: { page: PageRoute; content: ComponentType }) {
  const params = useParams();
  const may_see = useMay(page.role ?? 'viewer') || page.framed === false;
  useTitle(page.title(params));
  return may_see ? <Content /> : <ForbiddenState />;
}
