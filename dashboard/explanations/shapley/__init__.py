"""Exact Shapley values of ensembles of decision trees and of linear scores, in numpy."""
