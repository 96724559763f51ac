/// Where everything stands on the sheet of an attention map, in pixels.
struct AttentionMapLayout {
    static let margin = 24.0
    private static let gap = 20.0
    private static let titleHeight = 36.0
    private static let captionHeight = 28.0
    private static let scaleWidth = 18.0
    private static let figuresWidth = 64.0
    private static let smallestSide = 448
    private static let largestSide = 896
    /// A narrow picture stands in the middle of a column wide enough for its caption.
    private static let smallestColumn = 200.0
    private static let smallestScale = 160.0

    let width: Int
    let height: Int
    let columnWidth: Double
    let picture: Rectangle
    let map: Rectangle
    let scale: Rectangle
    /// Whether the picture is so small that its pixels are shown as squares.
    let isEnlarged: Bool

    var titleBaseline: Double { AttentionMapLayout.margin + 20 }
    var captionBaseline: Double { Double(height) - AttentionMapLayout.margin }

    /// Small pictures grow by a whole factor until the longer side has 448 pixels; large ones shrink to 896.
    init(pictureWidth: Int, pictureHeight: Int) {
        let side = max(pictureWidth, pictureHeight)
        let factor =
            side < AttentionMapLayout.smallestSide
            ? Double((AttentionMapLayout.smallestSide + side - 1) / side)
            : min(1, Double(AttentionMapLayout.largestSide) / Double(side))
        isEnlarged = factor > 2
        let panelWidth = max(1, (Double(pictureWidth) * factor).rounded())
        let panelHeight = max(1, (Double(pictureHeight) * factor).rounded())

        let margin = AttentionMapLayout.margin
        let top = margin + AttentionMapLayout.titleHeight
        columnWidth = max(panelWidth, AttentionMapLayout.smallestColumn)
        let rowHeight = max(panelHeight, AttentionMapLayout.smallestScale)
        let inset = ((columnWidth - panelWidth) / 2).rounded()
        let drop = ((rowHeight - panelHeight) / 2).rounded()
        picture = Rectangle(x: margin + inset, y: top + drop, width: panelWidth, height: panelHeight)
        map = Rectangle(
            x: picture.x + columnWidth + AttentionMapLayout.gap, y: top + drop, width: panelWidth, height: panelHeight)
        scale = Rectangle(
            x: margin + 2 * columnWidth + 2 * AttentionMapLayout.gap, y: top, width: AttentionMapLayout.scaleWidth,
            height: rowHeight)
        width = Int(scale.x + scale.width + AttentionMapLayout.figuresWidth + margin)
        height = Int(top + rowHeight + AttentionMapLayout.captionHeight + margin)
    }
}
