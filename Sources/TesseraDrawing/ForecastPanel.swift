extension ForecastDrawing.Panel {
    func draw(in area: Rectangle, _ axis: ValueAxis, on canvas: Canvas) {
        canvas.write(title, x: area.x, y: area.y - 9, size: 14, isBold: true, room: area.width)
        let scale = PanelScale(area: area, axis: axis, count: history.count + forecast.count)
        for (index, band) in bands.enumerated() {
            canvas.fill(outline(of: band, scale), .band(index, of: bands.count))
        }
        drawGrid(scale, on: canvas)
        for run in runs(history) { canvas.line(run.map { scale.point($0, history[$0]) }, .history, width: 1.6) }
        for run in runs(forecast) {
            var points = run.map { scale.point(history.count + $0, forecast[$0]) }
            if run.lowerBound == 0, let joint { points.insert(scale.point(history.count - 1, joint), at: 0) }
            canvas.line(points, .forecast, width: 2)
        }
        canvas.frame(area, .gray)
        drawTimes(scale, on: canvas)
    }

    /// The last value, where it is there: lines and bands begin at it.
    private var joint: Double? { history.last.flatMap { $0.isNaN ? nil : $0 } }

    /// Along the upper edge and back along the lower. A single step without a joint gets the width of a bar.
    private func outline(of band: ForecastDrawing.Band, _ scale: PanelScale) -> [Point] {
        func edge(_ values: [Double]) -> [Point] {
            let points = values.enumerated().map { scale.point(history.count + $0, $1) }
            if let joint { return [scale.point(history.count - 1, joint)] + points }
            guard points.count == 1 else { return points }
            return [-3, 3].map { Point(x: points[0].x + $0, y: points[0].y) }
        }
        return edge(band.upper) + edge(band.lower).reversed()
    }

    /// The stretches without missing values.
    private func runs(_ values: [Double]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for index in values.indices where !values[index].isNaN {
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    private func drawGrid(_ scale: PanelScale, on canvas: Canvas) {
        let area = scale.area
        for mark in scale.axis.marks {
            let y = scale.y(mark.value).rounded()
            canvas.fill(Rectangle(x: area.x, y: y, width: area.width, height: 1), .grid)
            canvas.write(
                mark.text, x: area.x - 8, y: y + 5, size: ForecastLayout.labelSize, colour: .gray, alignment: .right,
                room: area.x - 12)
        }
        for mark in marks {
            canvas.fill(Rectangle(x: scale.x(mark.index).rounded(), y: area.y, width: 1, height: area.height), .grid)
        }
        guard !history.isEmpty else { return }
        // Behind it everything is forecast.
        let x = scale.x(history.count - 1).rounded() + 0.5
        canvas.line([Point(x: x, y: area.y), Point(x: x, y: area.y + area.height)], .gray, width: 1, dash: 4)
    }

    /// Texts that would touch the one before, or leave the sheet, are left out.
    private func drawTimes(_ scale: PanelScale, on canvas: Canvas) {
        let bottom = scale.area.y + scale.area.height
        var ends = [-Double.infinity, -Double.infinity]
        for mark in marks {
            let x = scale.x(mark.index)
            canvas.fill(Rectangle(x: x.rounded(), y: bottom, width: 1, height: 5), .gray)
            for (line, text) in [mark.text, mark.context].enumerated() {
                guard let text else { continue }
                let half = canvas.width(text, size: ForecastLayout.labelSize) / 2
                guard x - half > ends[line] + 8, x + half < Double(ForecastLayout.width) else { continue }
                canvas.write(
                    text, x: x, y: bottom + 20 + Double(line) * 17, size: ForecastLayout.labelSize, colour: .gray,
                    alignment: .centre)
                ends[line] = x + half
            }
        }
    }
}

/// Where steps and values lie in a panel.
private struct PanelScale {
    let area: Rectangle
    let axis: ValueAxis
    let count: Int

    /// Half a step of room stays at both ends, but no more than is needed to see a dot.
    func x(_ index: Int) -> Double {
        let room = min(area.width / Double(count) / 2, 12)
        guard count > 1 else { return area.x + area.width / 2 }
        return area.x + room + (area.width - 2 * room) * Double(index) / Double(count - 1)
    }

    func y(_ value: Double) -> Double { area.y + area.height * (1 - axis.position(value)) }

    func point(_ index: Int, _ value: Double) -> Point { Point(x: x(index), y: y(value)) }
}
