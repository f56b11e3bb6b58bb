// Runs by the time they started in: stacked bars, drawn as SVG. A table with the same figures is there for readers.
import { useRef, useState } from 'react';
import { shortTimeOf, timeOf } from '../../app/zones';
import { Card } from '../../ui/layout';
import { StateLegend } from '../../ui/state_badge';
import { stateColor, t as state } from '../../ui/states';
import styles from './home.module.css';
import type { Bucket } from './queries';
import { t } from './text';

// The order that they are stacked in, from below.
const STATES = ['success', 'failed', 'running'] as const;
const HEIGHT = 120;

const total = (bucket: Bucket) => STATES.reduce((sum, name) => sum + bucket[name], 0);

/** 1, 2, 4, 6, 10, 20, …: the top of the axis, whose middle is whole. */
function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 4, 6, 10].map((factor) => factor * power).find((value) => value >= most) ?? most;
}

const label = (bucket: Bucket, hours: number) =>
  hours > 24 ? timeOf(bucket.start).slice(5, 10) : timeOf(bucket.start).slice(11, 16);

export function History({ buckets, hours }: { buckets: readonly Bucket[]; hours: number }) {
  const [shown, setShown] = useState<number>();
  const plot = useRef<SVGSVGElement>(null);
  const top = niceTop(Math.max(0, ...buckets.map(total)));
  const width = 100 / Math.max(1, buckets.length);
  const at = shown === undefined ? undefined : buckets[shown];
  const every = Math.max(1, Math.ceil(buckets.length / 8));
  return (
    <Card title={t('history')} actions={<StateLegend states={STATES} />}>
      <div className={styles.plot} aria-hidden>
        <div className={styles.axis}>
          <span>{top}</span>
          <span>{top > 1 ? top / 2 : ''}</span>
          <span>0</span>
        </div>
        <svg
          ref={plot}
          className={styles.bars}
          viewBox={`0 0 100 ${HEIGHT}`}
          preserveAspectRatio="none"
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            setShown(
              Math.min(buckets.length - 1, Math.floor(((event.clientX - box.left) / box.width) * buckets.length)),
            );
          }}
          onPointerLeave={() => setShown(undefined)}
        >
          {[0, 0.5, 1].map((line) => (
            <line key={line} x1="0" x2="100" y1={HEIGHT * line} y2={HEIGHT * line} className={styles.gridLine} />
          ))}
          {shown !== undefined && (
            <rect x={shown * width} width={width} y="0" height={HEIGHT} className={styles.hovered} />
          )}
          {buckets.map((bucket, index) => {
            let y = HEIGHT;
            return STATES.map((name) => {
              const height = (bucket[name] / top) * HEIGHT;
              y -= height;
              return (
                height > 0 && (
                  <rect
                    key={name}
                    x={index * width + width * 0.12}
                    width={width * 0.76}
                    y={y}
                    height={height}
                    fill={stateColor(name)}
                  />
                )
              );
            });
          })}
        </svg>
        <div className={styles.ticks}>
          {buckets.map(
            (bucket, index) =>
              index % every === 0 && (
                <span key={bucket.start} style={{ left: `${index * width}%` }}>
                  {label(bucket, hours)}
                </span>
              ),
          )}
        </div>
        <p className={styles.reading}>
          {at
            ? `${shortTimeOf(at.start)}: ${STATES.map((name) => `${state(name)} ${at[name]}`).join(' · ')}`
            : buckets.every((bucket) => total(bucket) === 0) && t('no_history')}
        </p>
      </div>
      <div className="visually-hidden">
        <table>
          <caption>{t('history')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('time')}</th>
              {STATES.map((name) => (
                <th key={name} scope="col">
                  {state(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {buckets
              .filter((bucket) => total(bucket) > 0)
              .map((bucket) => (
                <tr key={bucket.start}>
                  <th scope="row">{timeOf(bucket.start)}</th>
                  {STATES.map((name) => (
                    <td key={name}>{bucket[name]}</td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
