// Lines over a Plot: one a series, told apart by colour, dash and the shape of its points. A value that is missing is a gap.
import { classes } from '../classes';
import styles from './charts.module.css';
import type { PlotScales } from './plot';

export interface Series {
  id: string;
  label: string;
  values: readonly (number | null)[];
}

/** How many looks there are; more series than this begin again. */
const SERIES_LOOKS = 8;
const DASHES = ['none', '7 3', '2 3', '9 3 2 3', 'none', '7 3', '2 3', '9 3 2 3'];

const seriesColor = (look: number) => `var(--series-${look % SERIES_LOOKS})`;

function pathOf(values: readonly (number | null)[], { x, y }: PlotScales): string {
  let path = '';
  let is_down = false;
  values.forEach((value, place) => {
    if (value !== null) path += `${is_down ? 'L' : 'M'}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
    is_down = value !== null;
  });
  return path;
}

const POINT = 3;
function Point({ look, x, y, big }: { look: number; x: number; y: number; big: boolean }) {
  const size = big ? POINT + 1.5 : POINT;
  const fill = { fill: seriesColor(look) };
  if (look % 3 === 0) return <circle cx={x} cy={y} r={size} style={fill} />;
  if (look % 3 === 1) return <rect x={x - size} y={y - size} width={size * 2} height={size * 2} style={fill} />;
  return <path d={`M${x} ${y - size * 1.3}l${size * 1.2} ${size * 2}h${-size * 2.4}z`} style={fill} />;
}

export function Lines({
  series,
  scales,
  looks,
}: {
  series: readonly Series[];
  scales: PlotScales;
  looks: (id: string) => number;
}) {
  const { x, y, band, active } = scales;
  return series.map(({ id, values }) => {
    const look = looks(id);
    const is_lonely = (place: number) => values[place - 1] == null && values[place + 1] == null;
    return (
      <g key={id} data-series={id}>
        <path
          className={styles.line}
          d={pathOf(values, scales)}
          style={{ stroke: seriesColor(look), strokeDasharray: DASHES[look % SERIES_LOOKS] }}
        />
        {values.map(
          (value, place) =>
            value !== null &&
            (band > 14 || place === active || is_lonely(place)) && (
              <Point key={place} look={look} x={x(place)} y={y(value)} big={place === active} />
            ),
        )}
      </g>
    );
  });
}

/** A piece of the line, as the legend shows it. */
export const LineSample = ({ look, className }: { look: number; className?: string }) => (
  <svg width={26} height={12} aria-hidden className={classes(styles.sample, className)}>
    <path
      d="M0 6H26"
      className={styles.line}
      style={{ stroke: seriesColor(look), strokeDasharray: DASHES[look % SERIES_LOOKS] }}
    />
    <Point look={look} x={13} y={6} big={false} />
  </svg>
);
