// The grid of a model's attention, drawn as smooth heat.

const size = 192;

/** Colours from cold to hot, as red, green, blue and how opaque each is. */
const colours = [
  [18, 20, 60, 0.8], [58, 24, 110, 0.66], [150, 36, 110, 0.56], [228, 78, 58, 0.6], [252, 164, 40, 0.72], [255, 240, 150, 0.9],
];

/** Draws the grid over the whole canvas. */
export function drawHeat(canvas, { rows, columns, weights }) {
  const low = Math.min(...weights);
  const span = Math.max(...weights) - low || 1;
  const grid = weights.map((weight) => (weight - low) / span);
  [canvas.width, canvas.height] = [size, size];
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(size, size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const heat = smoothed(grid, rows, columns, ((y + 0.5) * rows) / size - 0.5, ((x + 0.5) * columns) / size - 0.5);
      pixels.data.set(colour(heat), (y * size + x) * 4);
    }
  }
  context.putImageData(pixels, 0, 0);
}

/** The grid's value between its cells, with cubic splines, which show no seams; outside it goes on as at its edge. */
function smoothed(grid, rows, columns, y, x) {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [across, down] = [spline(x - left), spline(y - top)];
  let sum = 0;
  for (let row = 0; row < 4; row += 1) {
    const start = clamp(top - 1 + row, rows - 1) * columns;
    for (let column = 0; column < 4; column += 1) {
      sum += down[row] * across[column] * grid[start + clamp(left - 1 + column, columns - 1)];
    }
  }
  return Math.min(Math.max(sum, 0), 1);
}

const clamp = (index, most) => Math.min(Math.max(index, 0), most);

/** Weights of four neighbours at `t` between the middle two: Catmull and Rom's spline, which goes through the values. */
function spline(t) {
  return [
    ((2 - t) * t - 1) * t * 0.5, ((3 * t - 5) * t * t + 2) * 0.5, ((4 - 3 * t) * t + 1) * t * 0.5, (t - 1) * t * t * 0.5,
  ];
}

function colour(heat) {
  const position = heat * (colours.length - 1);
  const index = Math.min(Math.floor(position), colours.length - 2);
  const [from, to] = [colours[index], colours[index + 1]];
  const mixed = from.map((value, channel) => value + (to[channel] - value) * (position - index));
  return [mixed[0], mixed[1], mixed[2], mixed[3] * 255];
}

/** Names the ninth of the picture that has the most attention, for those who do not see the heat. */
export function placeOfMost({ rows, columns, weights }) {
  const sums = new Array(9).fill(0);
  const counts = new Array(9).fill(0);
  weights.forEach((weight, index) => {
    const row = Math.floor((Math.floor(index / columns) * 3) / rows);
    const column = Math.floor(((index % columns) * 3) / columns);
    sums[row * 3 + column] += weight;
    counts[row * 3 + column] += 1;
  });
  const means = sums.map((sum, index) => sum / Math.max(counts[index], 1));
  const most = means.indexOf(Math.max(...means));
  const places = ["top left", "top", "top right", "left", "middle", "right", "bottom left", "bottom", "bottom right"];
  return `the ${places[most]}`;
}
