/// Centre x, centre y, width and height of a box, as shares of its picture.
package typealias BoxShares = SIMD4<Float>

/// How well a box covers another: the generalised intersection over union (Rezatofighi et al., 2019), 1 for the same box, and towards -1 the
/// farther apart they are.
package struct BoxOverlap {
    package let value: Float
    /// ∂ value / ∂ box
    package let gradient: BoxShares

    /// - Parameters:
    ///   - box: with a width and a height of 0 or more.
    ///   - target: with a width and a height above 0.
    package init(_ box: BoxShares, _ target: BoxShares) {
        let (across, down) = (Side(box.x, box.z, target.x, target.z), Side(box.y, box.w, target.y, target.w))
        let shared = across.shared * down.shared
        let union = box.z * box.w + target.z * target.w - shared
        let hull = across.hull * down.hull
        value = shared / union - 1 + union / hull
        // d(I / U + U / C) = dI / U - I dU / U² + dU / C - U dC / C², with dU = dA - dI.
        func derivative(_ shared: Float, area: Float, hull hullChange: Float) -> Float {
            let unionChange = area - shared
            return shared / union - across.shared * down.shared * unionChange / (union * union) + unionChange / hull
                - union * hullChange / (hull * hull)
        }
        gradient = BoxShares(
            derivative(across.sharedByCentre * down.shared, area: 0, hull: across.hullByCentre * down.hull),
            derivative(down.sharedByCentre * across.shared, area: 0, hull: down.hullByCentre * across.hull),
            derivative(across.sharedByLength * down.shared, area: box.w, hull: across.hullByLength * down.hull),
            derivative(down.sharedByLength * across.shared, area: box.z, hull: down.hullByLength * across.hull))
    }
}

/// Two stretches of an axis: how much they share, what holds both, and how these change with the first one's centre and length.
private struct Side {
    let shared, hull: Float
    let sharedByCentre, sharedByLength, hullByCentre, hullByLength: Float

    init(_ centre: Float, _ length: Float, _ otherCentre: Float, _ otherLength: Float) {
        let (start, end) = (centre - 0.5 * length, centre + 0.5 * length)
        let (otherStart, otherEnd) = (otherCentre - 0.5 * otherLength, otherCentre + 0.5 * otherLength)
        let overlap = min(end, otherEnd) - max(start, otherStart)
        shared = max(0, overlap)
        hull = max(end, otherEnd) - min(start, otherStart)
        func part(_ isWithin: Bool) -> Float { isWithin ? 1 : 0 }
        let (endCounts, startCounts) = (part(overlap > 0 && end < otherEnd), part(overlap > 0 && start > otherStart))
        (sharedByCentre, sharedByLength) = (endCounts - startCounts, 0.5 * (endCounts + startCounts))
        let (endHolds, startHolds) = (part(end > otherEnd), part(start < otherStart))
        (hullByCentre, hullByLength) = (endHolds - startHolds, 0.5 * (endHolds + startHolds))
    }
}
