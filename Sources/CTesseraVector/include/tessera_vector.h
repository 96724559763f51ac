// Inner loops of the engine, in C so that one binary can hold them for several instruction sets.
//
// Every loop is written once, in kernels/*.inc, on vectors of the width that the including file sets; avx512bf16.c,
// avx512vnni.c, avx512.c, avx2.c and baseline.c compile that text for their instruction set, and `tessera_best_kernels()`
// hands out the best set that the processor runs. The loops work on the calling thread: splitting work over threads is
// the caller's business.

#ifndef TESSERA_VECTOR_H
#define TESSERA_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The numbers that a packed matrix holds.
typedef enum {
    TESSERA_FLOAT32 = 0,
    TESSERA_BFLOAT16 = 1,
    // Symmetric, one scale an output column; activations are quantised row by row as they come. Sums never overflow: an input
    // has at most TESSERA_INT8_INPUTS numbers.
    TESSERA_INT8 = 2,
} tessera_precision;

typedef enum {
    TESSERA_IDENTITY = 0,
    TESSERA_RELU = 1,
    TESSERA_GELU = 2,       // x Φ(x), by the error function
    TESSERA_GELU_TANH = 3,  // its tanh approximation
    TESSERA_SILU = 4,       // x σ(x)
    TESSERA_QUICK_GELU = 5, // x σ(1.702 x)
    TESSERA_TANH = 6,
} tessera_activation;

// A matrix W [output, input] packed for y = x Wᵀ. `data` belongs to the caller.
typedef struct {
    tessera_precision precision;
    int64_t input;
    int64_t output;
    void *data;
} tessera_packed_matrix;

// What happens to each sum before it is stored: y = residual + scale * activation(sum + bias + addend).
typedef struct {
    const float *bias;     // [output], or NULL
    const float *addend;   // laid out as y, or NULL; not y itself
    tessera_activation activation;
    const float *scale;    // [output], or NULL
    const float *residual; // laid out as y, or NULL; not y itself, which holds sums meanwhile
} tessera_epilogue;

#define TESSERA_INT8_INPUTS 65536

// A product, y [rows, output].
typedef struct {
    tessera_packed_matrix matrix;
    tessera_epilogue epilogue;
    float *y;
} tessera_product;

#define TESSERA_KEY_BLOCK 32

// One head's keys and values of a sequence in pages, each with room for `page_keys` of both, a multiple of TESSERA_KEY_BLOCK. A
// page holds keys in blocks, [block][head_size][TESSERA_KEY_BLOCK], then values in rows, [page_keys][head_size]. Those of
// TESSERA_INT8, which is symmetric, lie in pairs, [block][head_size / 2][TESSERA_KEY_BLOCK][2] and [page_keys / 2][head_size][2], an odd
// head_size rounded up; scales follow, [page_keys] of the keys and as many of the values. Few queries are multiplied with them, and
// their weights, in 16 bits.
typedef struct {
    tessera_precision precision; // in which they are held
    int64_t page_keys, head_size;
    void *const *pages;
    int64_t offset; // bytes from a page's start to what it holds of this head, a multiple of 64
} tessera_key_pages;

// Activations [rows, input] as `multiply` reads them. `data` belongs to the caller.
typedef struct {
    tessera_precision precision;
    int64_t rows, input;
    void *data;
} tessera_prepared_rows;

// The rows and the panels of a product that one call computes.
typedef struct {
    int64_t first_row, last_row, first_panel, last_panel;
} tessera_part;

// What rows of int8 activations mean: value = scale × (code − zero point).
typedef struct {
    float *scales;
    int32_t *zero_points;
} tessera_row_codes;

// What columns of int8 weights mean, value = scale × code, and the sums of their codes.
typedef struct {
    const float *scales;
    const int32_t *sums;
} tessera_column_codes;

// One call of scaled dot-product attention. Strides are in elements; heads lie side by side within a token.
typedef struct {
    int64_t query_count, key_count, head_size;
    const float *query, *key, *value;
    int64_t query_stride, key_stride, value_stride; // from one token to the next
    tessera_key_pages stored; // instead of key and value where it has pages: then no product rounds what is not stored so
    float *output;
    int64_t output_stride;
    float scale;
    const float *bias;        // [query_count, key_count] added to the scores, or NULL; what a query may not see is not read
    int64_t bias_stride;      // may be negative
    const uint8_t *key_mask;  // [key_count], 0 where a key is left out, or NULL
    int64_t causal_offset;    // query i sees keys 0 … i + causal_offset; negative: no causal mask
    float *probabilities;     // [query_count, key_count], or NULL
    // Other than TESSERA_FLOAT32: queries, keys, values and weights may be rounded to bfloat16, where the processor
    // multiplies that faster; scores and sums stay in float32. Probabilities that are asked for are never rounded.
    tessera_precision precision;
} tessera_attention;

// The gradient of one call of attention, whose `output` and `probabilities` are not looked at.
typedef struct {
    tessera_attention forward;
    const float *output_gradient;                           // laid out as the output
    float *query_gradient, *key_gradient, *value_gradient;  // laid out as query, key and value
    float *bias_gradient;                                   // laid out as the bias, added to; or NULL
} tessera_attention_backward;

// AdamW (Loshchilov & Hutter, 2019) with its corrections of bias at this step, 1 - betaᵗ; the gradient is scaled first.
typedef struct {
    float rate, beta1, beta2, epsilon, weight_decay, bias_correction1, bias_correction2, gradient_scale;
} tessera_adamw;

typedef struct {
    const char *name;
    int panel_width; // output columns packed side by side: the grain in which a product can be split over threads
    bool multiplies_bfloat16; // whether the processor does, so that activations are rounded to it too

    // Bytes of a packed matrix.
    size_t (*packed_bytes)(tessera_precision, int64_t input, int64_t output);
    // Packs the panels first ..< last of `weight` [output, input].
    void (*pack)(const tessera_packed_matrix *, const float *weight, int64_t first_panel, int64_t last_panel);
    // The same for a matrix given as its transpose, `weight` [input, output]; not for TESSERA_INT8.
    void (*pack_transposing)(const tessera_packed_matrix *, const float *weight, int64_t first_panel, int64_t last_panel);
    // target [input] = a row of the weight as the packed matrix holds it.
    void (*unpack_row)(const tessera_packed_matrix *, int64_t row, float *target);
    // Bytes of `rows` activations as `multiply` reads them.
    size_t (*prepared_bytes)(tessera_precision, int64_t rows, int64_t input);
    // Prepares the rows first ..< last of x [rows, input]: copied in blocks, rounded or quantised.
    void (*prepare)(const tessera_prepared_rows *, const float *x, int64_t x_stride, int64_t first, int64_t last);
    // The same for the rows of xᵀ, for x [input, rows]; not for TESSERA_INT8.
    void (*prepare_transposing)(const tessera_prepared_rows *, const float *x, int64_t x_stride, int64_t first, int64_t last);
    // Scratch bytes that one call of `multiply` needs.
    size_t (*multiply_scratch_bytes)(void);
    void (*multiply)(const tessera_product *, const tessera_prepared_rows *, const tessera_part *, void *scratch);

    // The rows first_row ..< last_row of products whose matrices are small enough to stay in the second cache, with x
    // [rows, input] prepared on the way. The matrices are of one precision and input.
    size_t (*multiply_rows_scratch_bytes)(tessera_precision, int64_t input);
    void (*multiply_rows)(const tessera_product *, int64_t product_count, const float *x, int64_t first_row, int64_t last_row,
                          void *scratch);

    // What 16 products take of a tile of 4 × 4 cells, y [16, channels] with rows y_stride apart, and the 2 × 2 cells that come of their
    // sums: a convolution of 3 × 3 cells. Cells are given row by row; NULL is zeros, and a place below 0 is none of y's cells.
    void (*transform_cells)(const float *const *cells, int64_t channels, float *y, int64_t y_stride);
    void (*finish_cells)(const float *sums, int64_t sums_stride, int64_t channels, const tessera_epilogue *, const int64_t *places,
                         float *y);

    // A row of cells [columns, channels] of a convolution of 3 × 3 cells that keeps channels apart, and the activation of it. `lines` are
    // the rows of x above, of and below it; NULL is zeros. weight [3 * 3, channels]
    void (*convolve_row)(const float *const *lines, int64_t columns, int64_t channels, const float *weight, const float *bias,
                         tessera_activation, float *y);

    // What surrounds a product that another library computes, with the same numbers as here.
    // The codes of the rows first ..< last of W [output, input], one row after the other.
    void (*encode_weights)(const float *weight, int64_t input, int64_t first, int64_t last, int8_t *codes, float *scales,
                           int32_t *sums);
    // The rows first ..< last of x [rows, input], one after the other, in bfloat16 or in bytes with their codes.
    void (*encode_rows)(tessera_precision, const float *x, int64_t input, int64_t first, int64_t last, void *rows,
                        const tessera_row_codes *);
    // Turns sums into y [rows, output], in place: of floats where the codes are NULL, else of 32-bit integers.
    void (*finish)(const tessera_epilogue *, const tessera_row_codes *, const tessera_column_codes *, int64_t first_row,
                   int64_t last_row, int64_t output, float *y);

    // Scratch bytes that a call for so many queries at once needs.
    size_t (*attention_scratch_bytes)(const tessera_attention *, int64_t query_count);
    // One head. Queries are taken in blocks, so that a block's scores stay in cache.
    void (*attention)(const tessera_attention *, int64_t first_query, int64_t last_query, void *scratch);
    // Bytes of what a page holds of one head, a multiple of 64.
    size_t (*page_bytes)(tessera_precision, int64_t page_keys, int64_t head_size);
    // Puts one head's keys and values of the tokens first ..< first + count, rows `stride` apart, into their pages.
    void (*store_keys)(const tessera_key_pages *, const float *key, const float *value, int64_t stride, int64_t first,
                       int64_t count);
    size_t (*attention_backward_scratch_bytes)(int64_t key_count, int64_t head_size);
    // The gradients of one head.
    void (*attention_backward)(const tessera_attention_backward *, void *scratch);

    // y [columns, rows] = the transpose of x [rows, columns].
    void (*transpose)(const float *x, int64_t x_stride, int64_t rows, int64_t columns, float *y, int64_t y_stride);

    // y = (x - mean) / sqrt(variance + epsilon) * weight + bias, row by row; bias may be NULL.
    void (*layer_norm)(const float *x, int64_t rows, int64_t columns, const float *weight, const float *bias, float epsilon, float *y);
    // y = x / sqrt(mean of squares + epsilon) * weight, row by row.
    void (*rms_norm)(const float *x, int64_t rows, int64_t columns, const float *weight, float epsilon, float *y);
    // The norms' gradients: dx from x and dy, added to `other` [rows, columns] unless that is NULL. dweight and dbias [columns]
    // are added to; dbias may be NULL.
    void (*layer_norm_backward)(const float *x, const float *dy, int64_t rows, int64_t columns, const float *weight, float epsilon,
                                const float *other, float *dx, float *dweight, float *dbias);
    void (*rms_norm_backward)(const float *x, const float *dy, int64_t rows, int64_t columns, const float *weight, float epsilon,
                              const float *other, float *dx, float *dweight);
    // Each row's softmax, in place. A row of nothing but -infinity becomes zeros.
    void (*softmax)(float *x, int64_t rows, int64_t columns);
    void (*activate)(tessera_activation, const float *x, int64_t count, float *y);
    // dx = dy f'(x)
    void (*activate_backward)(tessera_activation, const float *dy, const float *x, int64_t count, float *dx);
    // y += scale * x
    void (*add_scaled)(const float *x, float scale, int64_t count, float *y);
    // y *= x
    void (*multiply_elements)(const float *x, int64_t count, float *y);
    // Turns a token's numbers in place, in each head: i and i + half, for i < half, by an angle whose cosine and sine are given. The
    // numbers from 2 * half on stay as they are.
    void (*rotate_heads)(float *x, int64_t heads, int64_t head_size, const float *cosines, const float *sines, int64_t half);
    // y [columns] += the sum of x's rows
    void (*add_rows)(const float *x, int64_t rows, int64_t columns, float *y);
    // y += share * (x - y)
    void (*move_toward)(const float *x, float share, int64_t count, float *y);
    double (*sum_of_squares)(const float *x, int64_t count);
    // One step for the parameters p with their moments m and v.
    void (*adamw_step)(const tessera_adamw *, const float *gradient, int64_t count, float *m, float *v, float *p);
} tessera_kernel_set;

// The best set that this processor runs.
const tessera_kernel_set *tessera_best_kernels(void);
// The set of that name, "avx512bf16", "avx512vnni", "avx512", "avx2" or "baseline", or NULL where the processor (or this build)
// lacks it.
const tessera_kernel_set *tessera_kernels_named(const char *name);

// Calls body(context, i) for every i in 0 ..< parts, on up to `threads` threads of the process's one team; each thread takes
// the next i that is left. One caller at a time, and not from within `body`.
void tessera_parallel(int threads, int64_t parts, void (*body)(void *context, int64_t part), void *context);

// How many threads computations that the calling thread begins may use, 0 where nothing was said. Within `body` they are those of the
// caller of `tessera_parallel`.
int tessera_current_threads(void);
void tessera_set_current_threads(int count);

// Whether the calling thread has its turn (see Threads.takeTurn), or works for a caller of `tessera_parallel`, whose turn it shares.
int tessera_has_turn(void);
void tessera_set_has_turn(int has_turn);

// The processors that this process may run on.
int tessera_available_processors(void);

#endif
