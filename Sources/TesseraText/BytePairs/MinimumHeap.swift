/// A binary heap that gives the smallest of its numbers first.
struct MinimumHeap {
    private var numbers: [UInt64]

    /// A heap of `numbers`, ordered in linear time.
    init(_ numbers: [UInt64]) {
        self.numbers = numbers
        for index in stride(from: numbers.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    mutating func insert(_ number: UInt64) {
        var index = numbers.count
        numbers.append(number)
        while index > 0 {
            let parent = (index - 1) / 2
            guard numbers[parent] > number else { break }
            numbers[index] = numbers[parent]
            index = parent
        }
        numbers[index] = number
    }

    /// Removes the smallest number; `nil` when there is none.
    mutating func removeFirst() -> UInt64? {
        guard let first = numbers.first, let last = numbers.popLast() else { return nil }
        if !numbers.isEmpty {
            numbers[0] = last
            sink(0)
        }
        return first
    }

    /// Moves the number at `index` down until none below it is smaller.
    private mutating func sink(_ start: Int) {
        numbers.withUnsafeMutableBufferPointer { numbers in
            let number = numbers[start]
            var index = start
            while true {
                var child = 2 * index + 1
                guard child < numbers.count else { break }
                if child + 1 < numbers.count, numbers[child + 1] < numbers[child] { child += 1 }
                guard numbers[child] < number else { break }
                numbers[index] = numbers[child]
                index = child
            }
            numbers[index] = number
        }
    }
}
