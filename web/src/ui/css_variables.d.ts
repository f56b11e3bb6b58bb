// CSS variables in `style`: <div style={{ '--state': … }}>.
import 'react';

declare module 'react' {
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined;
  }
}
