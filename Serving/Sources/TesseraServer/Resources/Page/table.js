// A look at a table before it is sent: which columns it has, and which tells series apart. The server reads the whole of it.

/** The columns, each with its name and its first cells. */
export async function columnsOf(file) {
  const text = await file.slice(0, 64 * 1024).text();
  let lines = text.split(/\r\n|\n|\r/).filter((line) => line !== "");
  const declared = /^"?sep=([,;\t|])"?/i.exec(lines[0] ?? "");
  if (declared) lines = lines.slice(1);
  // The last line may be cut.
  const [names = [], ...rows] = cells(lines.slice(0, 400), declared?.[1] ?? separator(lines[0] ?? ""));
  return names.map((name, index) => ({ name, values: rows.map((row) => row[index] ?? "") }));
}

function separator(line) {
  const counts = [",", ";", "\t", "|"].map((mark) => [line.split(mark).length, mark]);
  return counts.reduce((best, next) => (next[0] > best[0] ? next : best))[1];
}

function cells(lines, mark) {
  const cell = new RegExp(`(?:^|\\${mark})(?:"((?:[^"]|"")*)"|([^\\${mark}]*))`, "g");
  return lines.map((line) =>
    // A line that begins with a separator has an empty cell before it.
    [...(line.startsWith(mark) ? `""${line}` : line).matchAll(cell)].map(([, quoted, bare]) => (quoted?.replaceAll('""', '"') ?? bare).trim()),
  );
}

/** The column that tells series apart: where times come more than once, the first that does not hold numbers. */
export function identifierColumn([times, ...others]) {
  if (!times || new Set(times.values).size === times.values.length) return null;
  const isText = ({ values }) => values.some((value) => value !== "" && Number.isNaN(Number(value.replace(",", "."))));
  return others.find(isText)?.name ?? null;
}
