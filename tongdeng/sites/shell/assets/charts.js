// Trend lines. The server says what to draw as JSON; the same rows stand below as a table.
import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const INK = "#1b2530";
const SOFT = "#5f6b7a";
const GRID = "#e3e8ee";
const ACCENT = "#1c5a8c";

const LOOKS = {
  migrants: { lineStyle: { width: 2.5, color: ACCENT }, itemStyle: { color: ACCENT }, symbol: "circle", symbolSize: 5, showSymbol: false },
  residents: {
    lineStyle: { width: 1.2, color: SOFT },
    itemStyle: { color: "#fff", borderColor: SOFT, borderWidth: 1.4 },
    symbol: "diamond",
    showAllSymbol: true,
    symbolSize: 9,
  },
};

function targetLines(targets, fontFamily) {
  return {
    symbol: "none",
    silent: true,
    lineStyle: { color: INK, type: [5, 4], width: 1.2 },
    label: { position: "insideStartTop", formatter: "{b}", color: INK, fontFamily },
    data: targets.map((target) => [{ name: target.label, coord: [target.from, target.value] }, { coord: [target.to, target.value] }]),
  };
}

/** The months known only by today's knowledge are a dashed line of their own, meeting the solid one. */
function parts(series) {
  const cut = series.dashed ?? 0;
  if (!cut) return [{ ...series, dash: "solid" }];
  const before = series.values.map((value, at) => (at <= cut ? value : null));
  const after = series.values.map((value, at) => (at >= cut ? value : null));
  return [
    { ...series, values: before, dash: "dashed", label: "" },
    { ...series, values: after, dash: "solid" },
  ];
}

/** The end label stands to the right of its line; each setting is named, or a redraw would keep the narrow ones. */
const BESIDE = { align: "left", verticalAlign: "middle", offset: [0, 0], distance: 6 };

/** On a narrow screen it hangs under the end of the line. */
const HANGING = { align: "right", verticalAlign: "top", offset: [0, 36], distance: 0 };

function line(series, fontFamily, wide) {
  const look = LOOKS[series.look];
  const last = series.values.findLastIndex((value) => value !== null);
  const isMain = series.look === "migrants";
  const note = { show: true, position: isMain ? "right" : wide ? "top" : "bottom", align: isMain || wide ? undefined : "left", formatter: series.label, color: isMain ? ACCENT : SOFT, fontWeight: isMain ? 600 : 400, fontFamily };
  const first = series.values.findIndex((value) => value !== null);
  const noted = isMain ? last : wide ? first + last / 8 : first;
  const at = series.values.findIndex((value, index) => index >= noted && value !== null);
  return {
    ...look,
    name: series.name,
    type: "line",
    connectNulls: true,
    lineStyle: { ...look.lineStyle, type: series.dash },
    // The label of the main line stands at its end, the other's above an early point: they never meet.
    ...(isMain && series.label ? { endLabel: { ...note, ...(wide ? BESIDE : HANGING) } } : {}),
    data: series.values.map((value, index) => (!isMain && series.label && index === at ? { value, label: note } : value)),
  };
}

function options(trend, fontFamily, wide) {
  const many = trend.months.length;
  const every = Math.ceil(many / (wide ? 4 : 2));
  return {
    animation: false,
    textStyle: { fontFamily, fontSize: 12, color: SOFT },
    grid: { left: 40, right: wide ? 112 : 16, top: 14, bottom: 22 },
    // Rich text keeps the tooltip inside the drawing: as HTML it would need inline styles.
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value) => (value == null ? "–" : `${value}%`) },
    xAxis: {
      type: "category",
      data: trend.months,
      boundaryGap: false,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: GRID } },
      axisLabel: { color: SOFT, interval: (index) => index === many - 1 || (index % every === 0 && many - 1 - index >= every / 2) },
    },
    yAxis: { type: "value", min: trend.min, max: 100, interval: 10, axisLabel: { color: SOFT, formatter: "{value}%" }, splitLine: { lineStyle: { color: GRID } } },
    series: trend.series.flatMap(parts).map((series, index) => ({
      ...line(series, fontFamily, wide),
      ...(index === 0 ? { markLine: targetLines(trend.targets, fontFamily) } : {}),
    })),
  };
}

/** Draw each `[data-trend]` of a page or of a swapped part. */
export function drawAll(root) {
  const fontFamily = getComputedStyle(document.body).fontFamily;
  for (const place of root.querySelectorAll("[data-trend]")) {
    const trend = JSON.parse(document.getElementById(place.dataset.trend).textContent);
    const chart = init(place, null, { renderer: "svg" });
    const draw = () => chart.setOption(options(trend, fontFamily, place.clientWidth > 520), true);
    draw();
    addEventListener("resize", () => {
      chart.resize();
      draw();
    });
  }
}
