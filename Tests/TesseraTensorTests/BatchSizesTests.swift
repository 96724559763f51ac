import Synchronization
import TesseraTensor
import Testing

@Suite struct BatchSizesTests {
    /// However often it was told of batches, whoever counts them is called as directly as the first time: each call once added a frame
    /// to all later ones, until a server's stacks were full.
    @Test func observersAreCalledDirectly() {
        let places = Mutex<[Int: Int]>([:])
        BatchSizes.observe { subject, count in
            guard subject == "batches of this test" else { return }
            var here = 0
            let place = withUnsafePointer(to: &here) { Int(bitPattern: $0) }
            places.withLock { $0[count] = place }
        }
        for count in 0..<1000 { BatchSizes.tell(count, of: "batches of this test") }
        let (all, different) = places.withLock { ($0.count, Set($0.values).count) }
        #expect(all == 1000 && different == 1)
    }
}
