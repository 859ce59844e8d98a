/** The service's daily quota by connection: used and left over the last day, a warning before the floor. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { connectionLimits, limits } from "../api/queries";
import type { LimitSeries } from "../api/types";
import { Empty, ErrorNotice, Skeleton, Title } from "../parts/basics";
import { ago, number } from "../parts/format";

const WARN_AT = 0.8; // of the quota

export default function Limits() {
  const { data, error } = useQuery(limits);
  return (
    <>
      <div className="bar">
        <Title>Limits</Title>
      </div>
      <div className="stack">
        {error && <ErrorNotice error={error} />}
        {!data && !error && (
          <div className="panel pad">
            <Skeleton lines={6} />
          </div>
        )}
        {data?.length === 0 && (
          <Empty
            title="No limits are known yet"
            actions={
              <Link href="/actions" className="button main">
                Try an action
              </Link>
            }
          >
            Most services say with each answer how many calls are used and left. After the first run, this page shows
            the last 24 hours.
          </Empty>
        )}
        {data?.map((each) => (
          <Quota key={each.connection} series={each} />
        ))}
      </div>
    </>
  );
}

function Quota({ series }: { series: LimitSeries }) {
  const last = series.points[series.points.length - 1];
  if (!last) return null;
  const share = last.max ? last.used / last.max : 0;
  const warn = share >= WARN_AT;
  return (
    <section className="panel" aria-label={`Limits of ${series.connection}`}>
      <div className="head">
        <h2>
          <Link href={`/connections/${encodeURIComponent(series.connection)}`}>{series.connection}</Link>
        </h2>
        <span className="grow" />
        <span
          className={warn ? "tag warn" : "tag none"}
        >{`${number(last.max - last.used)} of ${number(last.max)} calls left`}</span>
        <span className="muted small">{ago(last.at)}</span>
      </div>
      <div className="pad stack tight">
        {warn && (
          <div className="notice warn" role="status">
            <b>{`${Math.round(share * 100)} % of the daily calls are used.`}</b>Move large reads and writes to bulk
            actions, or let background work wait for tomorrow.
          </div>
        )}
        <div
          className={warn ? "meter warn" : "meter"}
          role="meter"
          aria-label="Share of the daily calls used"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
        >
          <i style={{ width: `${Math.max(0.5, share * 100)}%` }} />
        </div>
        <p className="muted small">API calls used, by the service's own count, in the last 24 hours</p>
        <Chart series={series} />
        <AllLimits connection={series.connection} />
      </div>
    </section>
  );
}

/** All quotas of the service, asked for when they are opened: that spends a call. */
function AllLimits({ connection }: { connection: string }) {
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery({ ...connectionLimits(connection), enabled: open });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>All limits</summary>
      {error && <ErrorNotice error={error} />}
      {open && !data && !error && <Skeleton lines={4} />}
      {data && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Limit</th>
              <th scope="col">Used</th>
              <th scope="col">Of</th>
              <th scope="col">Left</th>
              <th scope="col">Left to others</th>
            </tr>
          </thead>
          <tbody>
            {data.map((limit) => (
              <tr key={limit.name}>
                <td>{limit.title}</td>
                <td>{number(limit.used)}</td>
                <td>{number(limit.maximum)}</td>
                <td>{number(limit.left)}</td>
                <td>{limit.floor ? number(limit.floor) : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

const WIDTH = 900;
const HEIGHT = 220;
const LEFT = 56;
const BOTTOM = 24;

function Chart({ series }: { series: LimitSeries }) {
  const { line, area, hours, ticks, y, end } = useMemo(() => {
    const now = Date.now();
    const from = now - 24 * 3_600_000;
    const highest = Math.max(...series.points.map((point) => point.used));
    const top = niceTop(highest);
    const x = (time: number) => LEFT + ((time - from) / (now - from)) * (WIDTH - LEFT - 8);
    const scale = (used: number) => HEIGHT - BOTTOM - (used / top) * (HEIGHT - BOTTOM - 10);
    const points = series.points.map((point) => [x(new Date(point.at).getTime()), scale(point.used)] as const);
    const last = points[points.length - 1] ?? [LEFT, HEIGHT];
    const path = points
      .map(([px, py], index) => (index ? `H${px.toFixed(1)}V${py.toFixed(1)}` : `M${px.toFixed(1)} ${py.toFixed(1)}`))
      .join("");
    // Before the first answer of the day nothing is known: the line starts there.
    const first = points[0] ?? last;
    const full = `${path}H${WIDTH - 8}`;
    return {
      line: full,
      area: `${full}V${HEIGHT - BOTTOM}H${first[0].toFixed(1)}Z`,
      end: [WIDTH - 8, last[1]] as const,
      hours: [0, 6, 12, 18, 24].map((hour) => ({
        x: x(from + hour * 3_600_000),
        label: new Date(from + hour * 3_600_000).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" }),
      })),
      ticks: [0, top / 2, top],
      y: scale,
    };
  }, [series]);
  const latest = series.points[series.points.length - 1];
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Calls used over 24 hours, ${latest ? number(latest.used) : 0} now`}
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line className="axis" x1={LEFT} x2={WIDTH - 8} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
            {number(tick)}
          </text>
        </g>
      ))}
      {hours.map((hour, index) => (
        <text
          key={hour.x}
          x={hour.x}
          y={HEIGHT - 6}
          textAnchor={index === 0 ? "start" : index === 4 ? "end" : "middle"}
        >
          {hour.label}
        </text>
      ))}
      <path className="area" d={area} />
      <path className="series" d={line} />
      {end && <circle className="end" cx={end[0]} cy={end[1]} r={4} />}
    </svg>
  );
}

/** Round up to a scale that reads well: 2, 4 or 10 times a power of ten. */
function niceTop(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, highest)));
  return [2, 4, 10].map((step) => step * power).find((top) => top > highest) ?? 20 * power;
}
