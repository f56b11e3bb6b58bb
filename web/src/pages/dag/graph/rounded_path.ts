import type { Point } from './elk_graph';

/** A line through the points as an SVG path, its corners rounded by at most `radius`. */
export function roundedPath(points: readonly Point[], radius: number): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const write = ({ x, y }: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  let path = `M${write(first)}`;
  rest.forEach((point, i) => {
    const before = points[i];
    const after = rest[i + 1];
    if (before === undefined || after === undefined) {
      path += `L${write(point)}`;
      return;
    }
    const toward = (other: Point): Point => {
      const distance = Math.hypot(other.x - point.x, other.y - point.y);
      const part = distance === 0 ? 0 : Math.min(radius, distance / 2) / distance;
      return { x: point.x + (other.x - point.x) * part, y: point.y + (other.y - point.y) * part };
    };
    path += `L${write(toward(before))}Q${write(point)} ${write(toward(after))}`;
  });
  return path;
}
