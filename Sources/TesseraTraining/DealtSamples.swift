/// Samples of a batch, dealt out so that each of `partCount` equal parts holds samples of all lengths, and neighbours have about the
/// same: each worker takes a part, and goes through it some samples at a time.
package func dealt<Sample>(_ samples: [Sample], into partCount: Int, length: (Sample) -> Int) -> [Sample] {
    let order = samples.indices.sorted { (length(samples[$0]), $0) < (length(samples[$1]), $1) }
    let partCount = max(1, min(partCount, samples.count))
    let sizes = (0..<partCount).map { samples.count * ($0 + 1) / partCount - samples.count * $0 / partCount }
    var parts = [[Sample]](repeating: [], count: partCount)
    var part = 0
    for index in order {
        while parts[part].count == sizes[part] { part = (part + 1) % partCount }
        parts[part].append(samples[index])
        part = (part + 1) % partCount
    }
    return parts.flatMap(\.self)
}
