/// Reads times off the bytes of a text.
struct TimeScanner {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// A date, with or without a time of day, fraction and offset: `2016-07-01`, `2016/7/1 0:00`, `1949-01`,
    /// `2016-07-01T00:00:00.25+02:00`. Four digits are a year. Nil where the bytes say no time, or one that does not exist.
    static func time(_ bytes: ArraySlice<UInt8>) -> Timestamp? {
        var scanner = TimeScanner(bytes: bytes, position: bytes.startIndex)
        return scanner.time()
    }

    private mutating func time() -> Timestamp? {
        guard let year = number(digits: 4...4), year >= 1 else { return nil }
        var (month, day, timeOfDay) = (1, 1, 0)
        var offset: Int?
        if let mark = peek, mark == UInt8(ascii: "-") || mark == UInt8(ascii: "/") {
            position += 1
            guard let number = number(digits: 1...2), (1...12).contains(number) else { return nil }
            month = number
            if take(mark) {
                guard let number = self.number(digits: 1...2), number >= 1 else { return nil }
                day = number
                guard day <= CivilDate.length(ofMonth: year * 12 + month - 1) else { return nil }
                if take(UInt8(ascii: " ")) || take(UInt8(ascii: "T")) {
                    guard let clock = clock() else { return nil }
                    timeOfDay = clock
                    guard
                        peek == nil
                            || {
                                offset = self.offset()
                                return offset != nil
                            }()
                    else { return nil }
                }
            }
        }
        guard peek == nil else { return nil }
        return Timestamp(CivilDate(year: year, month: month, day: day), timeOfDay: timeOfDay, utcOffset: offset)
    }

    /// `0:00`, `00:00:00`, `00:00:00.123`, in microseconds. Digits behind the sixth of a fraction are left out.
    private mutating func clock() -> Int? {
        guard let hour = number(digits: 1...2), hour < 24 else { return nil }
        guard take(UInt8(ascii: ":")) else { return hour * 3600 * .microsecondsPerSecond }
        guard let minute = number(digits: 2...2), minute < 60 else { return nil }
        var (second, fraction) = (0, 0)
        if take(UInt8(ascii: ":")) {
            guard let number = number(digits: 2...2), number < 60 else { return nil }
            second = number
            if take(UInt8(ascii: ".")) {
                let start = position
                guard let number = self.number(digits: 1...9) else { return nil }
                fraction = number
                for count in position - start..<9 where count < 9 { fraction *= 10 }
                fraction /= 1000
            }
        }
        return (hour * 3600 + minute * 60 + second) * .microsecondsPerSecond + fraction
    }

    /// `Z`, `+02`, `+0200`, `+02:00`, in seconds; a space may stand before it.
    private mutating func offset() -> Int? {
        _ = take(UInt8(ascii: " "))
        if take(UInt8(ascii: "Z")) { return 0 }
        let isNegative = take(UInt8(ascii: "-"))
        guard isNegative || take(UInt8(ascii: "+")) else { return nil }
        guard let hours = number(digits: 2...2, alone: false), hours < 24 else { return nil }
        var minutes = 0
        if peek != nil {
            _ = take(UInt8(ascii: ":"))
            guard let number = number(digits: 2...2), number < 60 else { return nil }
            minutes = number
        }
        return (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
    }

    private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// As many digits as there are; nil where their count is not one of `digits`. Where they need not stand alone, the rest
    /// is left.
    private mutating func number(digits: ClosedRange<Int>, alone: Bool = true) -> Int? {
        let start = position
        var value = 0
        while let byte = peek, byte.isDigit, position - start < digits.upperBound {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            position += 1
        }
        guard digits.contains(position - start), !alone || peek?.isDigit != true else { return nil }
        return value
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
