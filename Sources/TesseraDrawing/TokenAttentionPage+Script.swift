extension TokenAttentionPage {
    static let beginning = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>TITLE</title>
        <style>
        body { font: 16px/1.4 system-ui, sans-serif; margin: 1.5rem auto; max-width: 46rem; padding: 0 1rem; color: #1a1a1a }
        h1 { font-size: 1.25rem }
        main { display: flex; align-items: stretch; margin-top: 1rem }
        svg { flex: 1; min-width: 8rem }
        ol { list-style: none; margin: 0; padding: 0 }
        li { height: 1.75rem }
        #queries { text-align: right }
        button { font: inherit; border: 0; border-radius: .25rem; padding: .1rem .4rem; background: none; cursor: pointer; white-space: nowrap }
        button:hover, button:focus-visible, button.marked { background: #fde2c8; outline: none }
        select { font: inherit; margin-right: 1rem }
        @media (prefers-color-scheme: dark) {
          body { background: #1b1b1b; color: #eee }
          button { color: inherit }
          button:hover, button:focus-visible, button.marked { background: #6b3d14 }
        }
        </style>
        <h1>TITLE</h1>
        <p><label>Layer <select id="layer"></select></label><label>Head <select id="head"></select></label></p>
        <p>The stronger a line, the more a token on the left takes from one on the right. Point at a token to see it alone.</p>

        """

    static let end = """
        <script>
        "use strict";
        const main = document.querySelector("main"), svg = document.querySelector("svg");
        const columns = ["queries", "keys"].map(id => [...document.querySelectorAll("#" + id + " button")]);
        const [rows, width] = columns.map(column => column.length);
        const planes = [...document.querySelectorAll("script[type='text/plain']")].map(script => script.textContent);
        const layer = document.querySelector("#layer"), head = document.querySelector("#head");
        const headCount = planes.length > 1 ? planes[1].length / (rows * width) : 0;
        layer.add(new Option("all: " + main.dataset.summary, -1));
        for (let index = 0; index + 1 < planes.length; index++) layer.add(new Option(index, index));
        head.add(new Option("mean of all", -1));
        for (let index = 0; index < headCount; index++) head.add(new Option(index, index));
        layer.value = main.dataset.layer;
        head.value = main.dataset.head;
        let pointed = null;

        function weight(row, column) {
          const place = row * width + column, plane = planes[+layer.value + 1], size = rows * width;
          const value = index => (plane.charCodeAt(index) - 35) / 90;
          if (layer.value < 0) return value(place);
          if (head.value >= 0) return value(head.value * size + place);
          let sum = 0;
          for (let index = 0; index < headCount; index++) sum += value(index * size + place);
          return sum / headCount;
        }

        function draw() {
          head.disabled = layer.value < 0;
          const box = svg.getBoundingClientRect(), lines = [];
          const middle = button => { const place = button.getBoundingClientRect(); return (place.top + place.bottom) / 2 - box.top };
          const heights = columns.map(column => column.map(middle));
          for (let row = 0; row < rows; row++) for (let column = 0; column < width; column++) {
            if (pointed && pointed.index !== (pointed.side ? column : row)) continue;
            const strength = weight(row, column);
            if (strength < .02) continue;
            lines.push(`<line x1="0" y1="${heights[0][row]}" x2="${box.width}" y2="${heights[1][column]}" stroke="#d2691e" `
              + `stroke-width="${1 + 4 * strength}" stroke-opacity="${Math.min(1, .08 + strength)}"/>`);
          }
          svg.innerHTML = lines.join("");
          columns.forEach((buttons, side) => buttons.forEach((button, index) =>
            button.classList.toggle("marked", !!pointed && pointed.side === side && pointed.index === index)));
        }

        columns.forEach((buttons, side) => buttons.forEach((button, index) => {
          for (const event of ["mouseenter", "focus"]) button.addEventListener(event, () => { pointed = { side, index }; draw() });
          for (const event of ["mouseleave", "blur"]) button.addEventListener(event, () => { pointed = null; draw() });
        }));
        for (const choice of [layer, head]) choice.addEventListener("change", draw);
        addEventListener("resize", draw);
        draw();
        </script>

        """
}
