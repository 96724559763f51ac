// The part for series: a table goes in, and how it may go on comes out.
import { post } from "./api.js";
import { Chart } from "./chart.js";
import { element, showWarnings } from "./elements.js";
import { whenChosen } from "./files.js";
import { csvOf, summary, tableOf } from "./forecast.js";
import { Job } from "./job.js";
import { offerModels, offerPanel } from "./models.js";
import { columnsOf, identifierColumn } from "./table.js";

const panel = document.getElementById("series");
const find = (selector) => panel.querySelector(selector);
let job;
let chart;
let file = null;
let forecasts = [];
let asked = "";

/** Gives the function that takes a table. */
export function startSeries() {
  offerPanel(panel, ["forecast-series"]);
  offerModels(find(".model"), "forecast-series");
  job = new Job(panel);
  chart = new Chart(find(".chart"), find("#reading"), find(".readout"));
  whenChosen(find("#series-file"), take);
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  for (const control of panel.querySelectorAll("#horizon, #identifier, #series-model")) {
    control.addEventListener("change", () => file && choices() !== asked && run());
  }
  find("#which").addEventListener("change", showChosen);
  find("#download").addEventListener("click", download);
  find("details").addEventListener("toggle", fillTable);
  return take;
}

function take(chosen) {
  file = chosen;
  find(".result").hidden = true;
  find("#forecast").disabled = false;
  return job.run("Forecasting…", async (signal) => {
    offerColumns(await columnsOf(chosen));
    signal.throwIfAborted();
    return forecast(signal);
  });
}

const run = () => job.run("Forecasting…", forecast);

/** What people have chosen; a field that is left tells of a change even where a forecast has already heeded it. */
const choices = () => ["#series-model", "#horizon", "#identifier"].map((name) => find(name).value).join("\n");

function offerColumns(columns) {
  const identifier = identifierColumn(columns);
  find("#identifier-field").hidden = columns.length < 3;
  find("#identifier").replaceChildren(
    element("option", { value: "" }, "nothing"),
    ...columns.slice(1).map(({ name }) => element("option", { value: name }, name)),
  );
  find("#identifier").value = identifier ?? "";
}

async function forecast(signal) {
  asked = choices();
  const answer = await post("v1/forecasts", form(), signal);
  forecasts = answer.forecasts;
  showAnswer(answer);
  const count = forecasts[0].forecast.length;
  return `${forecasts.length} series, ${count} ${count === 1 ? "step" : "steps"} ahead`;
}

function form() {
  const horizon = find("#horizon").value;
  const body = new FormData();
  const fields = { model: find("#series-model").value, horizon, id_column: find("#identifier").value };
  for (const [name, value] of Object.entries(fields)) if (value) body.append(name, value);
  // Enough of the past to judge the forecast by.
  body.append("history", String(Math.min(Math.max(96, 4 * Number(horizon || 0)), 4000)));
  body.append("file", file, file.name);
  return body;
}

function showAnswer({ warnings }) {
  const chosen = find("#which").value;
  find("#which").replaceChildren(...forecasts.map(({ id }, index) => element("option", { value: index }, id)));
  // The same series stays chosen when only the horizon changes.
  find("#which").value = forecasts[chosen] ? chosen : "0";
  find("#which-field").hidden = forecasts.length < 2;
  showWarnings(find(".warnings"), warnings);
  find(".result").hidden = false;
  showChosen();
}

const chosenForecast = () => forecasts[Number(find("#which").value)];

function showChosen() {
  const chosen = chosenForecast();
  const [low, high] = [chosen.quantiles[0], chosen.quantiles.at(-1)];
  find(".legend .median").textContent = chosen.quantiles.includes(0.5) ? "Median" : "Mean";
  find(".legend .band").textContent = `${Math.round((high - low) * 100)} % range`;
  find(".legend .band").hidden = chosen.quantiles.length < 2;
  chart.show(chosen, summary(chosen));
  fillTable();
}

/** Only a table that is looked at is made: it may be long. */
function fillTable() {
  const place = find("details .table");
  place.replaceChildren(...(find("details").open && forecasts.length ? [tableOf(chosenForecast())] : []));
}

function download() {
  const address = URL.createObjectURL(new Blob([csvOf(forecasts)], { type: "text/csv" }));
  const name = `${file.name.replace(/\.[^.]*$/, "")}-forecast.csv`;
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
