internal import CTesseraFFTW
internal import Synchronization

/// The Fourier transform of real numbers, by FFTW: planned once, then called from any number of threads at a time.
///
/// `@unchecked Sendable`: FFTW plans under a lock, and a plan is only read from when it is executed on arrays of its own.
final class FourierTransform: @unchecked Sendable {
    /// Numbers of input.
    let size: Int
    private let plan: fftwf_plan

    /// Numbers of output, each with a real and an imaginary part: the frequencies from 0 to half the rate.
    var frequencyCount: Int { size / 2 + 1 }

    /// FFTW's planner shares tables between all plans of the program.
    private static let planning = Mutex(())

    init(size: Int) {
        precondition(size > 0, "a Fourier transform of \(size) numbers")
        self.size = size
        let (input, output) = (FloatBuffer(size), FloatBuffer(2 * (size / 2 + 1)))
        // Measuring takes 150 ms for 400 numbers, and finds a plan no quicker than the estimated one.
        let flags = FFTW_ESTIMATE | FFTW_DESTROY_INPUT
        var plan: fftwf_plan?
        Self.planning.withLock { _ in
            plan = fftwf_plan_dft_r2c_1d(Int32(size), input.start, Self.complex(output.start), flags)
        }
        guard let plan else { fatalError("out of memory: a Fourier transform of \(size) numbers") }
        self.plan = plan
        withExtendedLifetime((input, output)) {}
    }

    deinit { Self.planning.withLock { _ in fftwf_destroy_plan(plan) } }

    /// Transforms `size` numbers, which are lost, to `frequencyCount` complex ones: real, imaginary, real, imaginary, ….
    /// Both begin where a `FloatBuffer` does: the plan counts on their alignment.
    func callAsFunction(_ input: UnsafeMutablePointer<Float>, to output: UnsafeMutablePointer<Float>) {
        fftwf_execute_dft_r2c(plan, input, Self.complex(output))
    }

    private static func complex(_ pointer: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<fftwf_complex> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: fftwf_complex.self)
    }
}
