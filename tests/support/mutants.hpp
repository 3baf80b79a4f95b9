// All mutants of one source in one object: scripts/mutate.py writes these into
// a copy of the source, and the environment's MUTANT says which of them lives.
//
// Mutant(7) stands where the original has an operator, a value or a statement,
// and gives what the original gives unless it is the one that lives. What a
// compiler computes has no environment: such a mutant is compiled once more,
// alone, with COMPILED_MUTANT. MUTANTS_REACHED names a file for the numbers of
// those that the tests came by.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string_view>
#include <type_traits>

#ifndef COMPILED_MUTANT
#define COMPILED_MUTANT -1
#endif

namespace mutants {

inline struct Reached {
  bool marks[4096] = {};
  ~Reached() {
    const char* const path = std::getenv("MUTANTS_REACHED");
    if (path == nullptr) return;
    std::ofstream file(path);
    for (int id = 0; id < 4096; ++id)
      if (marks[id]) file << id << '\n';
  }
} reached;

inline int living() {
  static const char* const text = std::getenv("MUTANT");
  static const int id = text == nullptr ? COMPILED_MUTANT : std::atoi(text);
  return id;
}

constexpr bool lives(int id) {
  if (std::is_constant_evaluated()) return id == COMPILED_MUTANT;
  reached.marks[id] = true;
  return id == living();
}

// The numbers are the mutant's, and of a place with two mutants the first's.
struct Mutant {
  int id;
  constexpr explicit Mutant(int number) : id(number) {}
  constexpr bool gone() const { return lives(id); }

  constexpr auto number(auto value) const {
    if (lives(id)) return value + 1;
    return value != 0 && lives(id + 1) ? value - 1 : value;
  }
  constexpr bool flag(bool value) const { return lives(id) != value; }
  template <typename Char>
  constexpr Char letter(Char value) const {
    return lives(id) ? Char{1} : value;
  }
  constexpr const char* text(const char* value) const {
    return lives(id) ? "" : value;
  }
};

// !x, as Mutant(7) ->* x
constexpr bool operator->*(Mutant mutant, const auto& value) {
  return lives(mutant.id) == !static_cast<bool>(value) ? false : true;
}

// An operand of && or the first of a condition: true; of ||: false.
constexpr bool operator|(Mutant mutant, const auto& value) {
  return lives(mutant.id) || static_cast<bool>(value);
}
constexpr bool operator&(Mutant mutant, const auto& value) {
  return !lives(mutant.id) && static_cast<bool>(value);
}

// x < y, as x <=> Compared<'<'>(7) <=> y: off by one, then turned round.
template <char Operator>
struct Compared : Mutant {
  using Mutant::Mutant;
};
template <char Operator, typename Left>
struct Comparison {
  Compared<Operator> mutant;
  const Left& left;
};
template <char Operator, typename Left>
constexpr Comparison<Operator, Left> operator<=>(const Left& left,
                                                 Compared<Operator> mutant) {
  return {mutant, left};
}
template <char Operator, typename Left>
constexpr bool operator<=>(Comparison<Operator, Left> part, const auto& right) {
  const bool off = lives(part.mutant.id);
  bool result = false;
  if constexpr (Operator == '=' || Operator == '!')
    return (part.left == right) == ((Operator == '=') != off);
  else if constexpr (Operator == '<')
    result = off ? part.left <= right : part.left < right;
  else if constexpr (Operator == 'l')
    result = off ? part.left < right : part.left <= right;
  else if constexpr (Operator == '>')
    result = off ? part.left >= right : part.left > right;
  else
    result = off ? part.left > right : part.left >= right;
  return result != lives(part.mutant.id + 1);
}

// x + y, as x + Mutant(7) + y; of what cannot be subtracted, x alone.
template <typename Left>
struct Sum {
  Mutant mutant;
  const Left& left;
};
template <typename Left>
constexpr Sum<Left> operator+(const Left& left, Mutant mutant) {
  return {mutant, left};
}
template <typename Left>
constexpr auto operator+(Sum<Left> sum, const auto& right) {
  using Result = decltype(sum.left + right);
  if (!lives(sum.mutant.id)) return Result(sum.left + right);
  if constexpr (requires { Result(sum.left - right); })
    return Result(sum.left - right);
  else if constexpr (requires { Result(sum.left); })
    return Result(sum.left);
  else
    return Result(right);
}
template <typename Left>
constexpr Sum<Left> operator-(const Left& left, Mutant mutant) {
  return {mutant, left};
}
template <typename Left>
constexpr auto operator-(Sum<Left> sum, const auto& right) {
  using Result = decltype(sum.left - right);
  if (!lives(sum.mutant.id)) return Result(sum.left - right);
  if constexpr (requires { Result(sum.left + right); })
    return Result(sum.left + right);
  else
    return Result(sum.left - right + 1);
}
template <typename Left>
constexpr Sum<Left> operator*(const Left& left, Mutant mutant) {
  return {mutant, left};
}
constexpr auto operator*(auto product, const auto& right) requires requires {
  product.mutant;
}
{ return lives(product.mutant.id) ? product.left : product.left * right; }

}  // namespace mutants
