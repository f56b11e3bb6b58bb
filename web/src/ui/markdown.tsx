// Markdown of DAG and task docs, and notes: its parser is fetched when first needed. HTML in it is shown as text, links
// open beside the page.
import { lazy, Suspense } from 'react';
import { Loading } from './feedback';
import styles from './markdown.module.css';

const Rendered = lazy(async () => {
  const [{ default: ReactMarkdown }, { default: gfm }] = await Promise.all([
    import('react-markdown'),
    import('remark-gfm'),
  ]);
  return {
    default: ({ text }: { text: string }) => (
      <ReactMarkdown
        remarkPlugins={[gfm]}
        // No request to another host: an image of one is a link.
        components={{
          a: ({ href, children }) => (
            <a href={href} target="_blank" rel="noreferrer noopener">
              {children}
            </a>
          ),
          img: ({ src, alt }) => (
            <a href={typeof src === 'string' ? src : undefined} target="_blank" rel="noreferrer noopener">
              {alt || src}
            </a>
          ),
        }}
      >
        {text}
      </ReactMarkdown>
    ),
  };
});

export const Markdown = ({ text }: { text: string }) => (
  <div className={styles.markdown}>
    <Suspense fallback={<Loading rows={3} />}>
      <Rendered text={text} />
    </Suspense>
  </div>
);
