// A page in the frame: only for who may see it, with its part of the document's title.
import { useContext, type ComponentType } from 'react';
import { ForbiddenState } from '../ui/feedback';
import { useParams } from './navigation';
import type { PageRoute } from './routes';
import { useMay } from './session';
import { Depth, useTitle } from './title';

export function Guarded({ page, content: Content }: { page: PageRoute; content: ComponentType }) {
  const params = useParams();
  const depth = useContext(Depth);
  const may_see = useMay(page.role ?? 'viewer') || page.framed === false;
  useTitle(page.title(params));
  return <Depth value={depth + 1}>{may_see ? <Content /> : <ForbiddenState />}</Depth>;
}
